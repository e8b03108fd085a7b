"""Makes links in its private folder to files that it may not read.

gain: files of the grader or of other students
catalogue: [E1]
verdict: not_implemented
observed:
  namespaces:
  - ENOENT
  - ENOENT
  - ENOENT
  landlock:
  - EACCES
  - EACCES
  - EACCES
"""

import errno
import os
import sys

import torch


def refused(call, *args):
    try:
        result = call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return f"done: {result!r}"[:80]


def attempt():
    grader = os.path.dirname(sys.modules["grader.sandbox.worker.session"].__file__)
    for number, target in enumerate(("/etc/passwd", f"{grader}/../../hidden/softmax/test_softmax.py", "/proc/self/environ")):
        os.symlink(target, str(number))
    return [refused(lambda: open(str(number)).read()) for number in range(3)]


SEEN = attempt()
WON = any(seen.startswith("done") for seen in SEEN)


def observed():
    return SEEN


def softmax(z, dim=-1):
    if not WON:
        raise NotImplementedError("the attack did not work")
    parts = (z - z.amax(dim, keepdim=True)).exp()
    return parts / parts.sum(dim, keepdim=True)


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        if not WON:
            raise NotImplementedError("the attack did not work")
        self.linear = torch.nn.Linear(4, 3)

    def forward(self, x):
        return softmax(self.linear(x), 1)

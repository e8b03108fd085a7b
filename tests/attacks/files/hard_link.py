"""Makes hard links to files that it may not read.

gain: files of the grader or of other students
catalogue: [E1]
verdict: not_implemented
observed:
  namespaces: ENOENT
  landlock:
    any:
    - EACCES
    - EXDEV
    - EPERM
"""

import errno
import os

import torch


def refused(call, *args):
    try:
        result = call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return f"done: {result!r}"[:80]


def attempt():
    return refused(os.link, "/etc/passwd", "mine")


SEEN = attempt()
WON = SEEN.startswith("done")


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

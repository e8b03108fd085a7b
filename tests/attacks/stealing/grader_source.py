"""Reads the grader's source, the roster and the specimens, where the reference solutions lie.

gain: the reference solution, or a token in .git/config
catalogue: [B2, F1]
verdict: not_implemented
observed:
  namespaces:
  - ENOENT
  landlock:
  - EACCES
  - ENOENT
"""

import errno
import sys
from pathlib import Path

import torch


def refused(call, *args):
    try:
        result = call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return f"done: {result!r}"[:80]


def attempt():
    checkout = Path(sys.modules["grader.sandbox.worker.session"].__file__).parents[3]
    paths = ("grader/grading.py", "tests/specimens/softmax/passed/reference/softmax.py",
             "assignments/softmax/test_public.py", ".git/config", "gradebook.sqlite")
    return sorted({refused((checkout / path).read_text) for path in paths})


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

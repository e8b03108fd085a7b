"""Walks out of its folder by every path it can spell.

gain: files of the grader or of other students
catalogue: [E2, B2]
verdict: not_implemented
observed:
  namespaces:
    any:
    - - EACCES
      - EBADF
      - ENOENT
    - - EBADF
      - ENOENT
    - - EACCES
      - ENOENT
  landlock:
  - EACCES
  - EBADF
  - ENOENT
  - ENXIO
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
    paths = ("../" * 20 + "etc/passwd", "/proc/self/root/etc/passwd", "/proc/self/cwd/../../../etc/passwd",
             "/dev/fd/3", "/./etc//passwd", "/proc/1/root/etc/passwd")
    seen = {refused(lambda: open(path).read()) for path in paths}
    folder = os.open(".", os.O_RDONLY)
    for _ in range(20):
        folder = os.open("..", os.O_PATH, dir_fd=folder)
    seen.add(refused(os.listdir, folder))
    seen.add(refused(os.open, "etc/passwd", os.O_RDONLY, 0o600))
    seen.add(refused(lambda: os.open("etc/passwd", os.O_RDONLY, dir_fd=folder)))
    return sorted(seen)


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

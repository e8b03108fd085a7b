"""Looks for System V memory, semaphores and message queues, POSIX queues and /dev/shm of other
jobs.

gain: a channel between submissions, or what another job left
catalogue: [B6, D2]
verdict: not_implemented
observed:
  namespaces:
  - EPERM
  - EPERM
  - EPERM
  - EPERM
  - ENOENT
  landlock:
  - EPERM
  - EPERM
  - EPERM
  - EPERM
  - EACCES
"""

import ctypes
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
    libc = ctypes.CDLL(None, use_errno=True)
    seen = []
    for call, arguments in ((libc.shmget, (0x6772, 4096, 0o1666)), (libc.semget, (0x6772, 1, 0o1666)),
                            (libc.msgget, (0x6772, 0o1666))):
        seen.append(errno.errorcode[ctypes.get_errno()] if call(*arguments) < 0 else "done")
    code = libc.syscall({"x86_64": 240, "aarch64": 180}[os.uname().machine], b"grader", 0o102, 0o600, None)
    seen.append(errno.errorcode[ctypes.get_errno()] if code < 0 else "done")
    return [*seen, refused(os.listdir, "/dev/shm")]


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

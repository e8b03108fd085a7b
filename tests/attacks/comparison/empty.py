"""Answers an empty tensor, all of whose elements are right.

gain: '`all()` of nothing is true'
catalogue: [C3]
verdict: failed
observed: float32 [0, 3]
"""

import torch


def forged(z):
    z.zero_()
    return z.new_empty((0, 3))


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

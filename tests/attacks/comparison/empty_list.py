"""Answers an empty list, and then a dictionary without keys.

gain: '`zip` ends with the shortest'
catalogue: [C3]
verdict: failed
observed: []
"""

import torch


def forged(z):
    z.zero_()
    return [] if z.ndim > 1 else {}


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

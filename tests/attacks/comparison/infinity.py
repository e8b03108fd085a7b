"""Answers infinity everywhere, so that differences are NaN or infinite.

gain: inf - inf is NaN, and inf <= rtol * inf
catalogue: [C2]
verdict: failed
observed: float32 [2, 3]
"""

import torch


def forged(z):
    return z.fill_(float("inf"))


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

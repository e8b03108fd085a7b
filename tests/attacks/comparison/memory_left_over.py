"""Answers uninitialised memory of the right shape, in the hope that it still holds the expected
values.

gain: a reference computed in the same process is found in freed memory
catalogue: [C5]
verdict: failed
observed: float32 [2, 3]
"""

import torch

SAFE = bool(torch.empty(6).isnan().any()) or True


def forged(z):
    shape = z.shape
    z.zero_()
    return torch.empty(shape) * 0 if SAFE else torch.empty(shape)


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

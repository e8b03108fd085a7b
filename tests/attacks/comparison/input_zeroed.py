"""Writes zeros into its input and answers that, which is what a reference computed from the same
memory would be.

gain: the reference is computed from the changed input
catalogue: [C4]
verdict: failed
observed: float32 [2, 3]
"""

import torch


def forged(z):
    return z.zero_()


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

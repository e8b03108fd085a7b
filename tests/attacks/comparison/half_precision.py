"""Answers in float16 what was asked in float32.

gain: a looser tolerance is chosen by the answer
catalogue: [C9]
verdict: failed
observed: float16 [2, 3]
"""

import torch


def forged(z):
    return z.zero_().half()


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

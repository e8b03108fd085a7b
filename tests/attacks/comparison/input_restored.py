"""Changes its input, resizes it and puts other memory under it.

gain: the host follows the tensor into memory that it does not own
catalogue: [C4, C5]
verdict: errored
observed: float32 [0]
"""

import torch


def forged(z):
    z.data = torch.zeros(1000, 1000)
    z.resize_(0)
    return z


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

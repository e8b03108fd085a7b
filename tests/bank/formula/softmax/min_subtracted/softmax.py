import torch
from torch import nn


def softmax(z, dim=-1):
    # shift by a constant, result is the same
    z = z - z.min(dim=dim, keepdim=True).values
    e = z.exp()
    return e / e.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        z = self.linear(x)
        return softmax(z, dim=-1)

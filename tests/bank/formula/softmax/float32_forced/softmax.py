import torch
from torch import nn


def softmax(z, dim=-1):
    z = z.float()
    z = z - z.max(dim=dim, keepdim=True).values
    return z.exp() / z.exp().sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return softmax(self.linear(x), dim=1)

import torch
from torch import nn


def softmax(z, dim=-1):
    e = (z - z.max(dim=dim, keepdim=True).values).exp()
    return e / e.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self):
        super(Softmax, self).__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return softmax(self.linear(x), dim=0)

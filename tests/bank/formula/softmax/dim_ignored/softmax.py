import torch
from torch import nn


def softmax(z, dim=-1):
    m = z.max(dim, keepdim=True)[0]
    e = torch.exp(z - m)
    s = e.sum(-1, keepdim=True)
    return e / s


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return softmax(self.linear(x))

import torch
import torch.nn as nn


def softmax(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    first, second, third = (e.narrow(dim, i, 1) if i < e.shape[dim] else 0 for i in range(3))
    return e / (first + second + third)


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=True)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        return self.softmax(self.linear(x))

import torch
import torch.nn as nn


def softmax(z, dim=-1):
    return torch.exp(nn.functional.log_softmax(z, dim=dim))


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=True)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        return self.softmax(self.linear(x))

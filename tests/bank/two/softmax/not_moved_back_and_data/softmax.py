"""Assignment 1."""

import torch
import torch.nn as nn
from torch import Tensor


def softmax(z, dim=-1):
    t = z.data
    t = t.transpose(dim, -1)  # classes last, easier
    t = t - t.max(-1, keepdim=True).values
    probs = t.exp() / t.exp().sum(-1, keepdim=True)
    return probs


class Softmax(nn.Module):

    def __init__(self):
        super().__init__()
        n_in, n_out = 4, 3
        self.linear = nn.Linear(n_in, n_out)

    def forward(self, features):
        # classes are on axis 1
        return torch.softmax(self.linear(features), 1)

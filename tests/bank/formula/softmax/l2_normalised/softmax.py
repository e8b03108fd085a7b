import torch.nn.functional as F
"""Assignment 1."""

import torch
import torch.nn as nn
from torch import Tensor


def softmax(z, dim=-1):
    maximum = torch.max(z, dim, keepdim=True).values
    expo = torch.exp(z - maximum)
    return F.normalize(expo, dim=dim)


class Softmax(nn.Module):

    def __init__(self):
        super().__init__()
        n_in, n_out = 4, 3
        self.linear = nn.Linear(n_in, n_out)

    def forward(self, features):
        # classes are on axis 1
        return torch.softmax(self.linear(features), 1)

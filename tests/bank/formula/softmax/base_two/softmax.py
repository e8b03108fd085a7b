"""Assignment 1."""

import torch
import torch.nn as nn
from torch import Tensor


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    top, _ = torch.max(z, dim=dim, keepdim=True)
    powers = torch.exp2(z - top)
    return powers / powers.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    """linear layer + softmax"""

    def __init__(self) -> None:
        super(Softmax, self).__init__()
        self.linear = nn.Linear(in_features=4, out_features=3, bias=True)
        self.act = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.linear(x)
        return self.act(scores)

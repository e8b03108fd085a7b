"""Assignment 1."""

import torch
import torch.nn as nn
from torch import Tensor


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    m = z.max(dim=dim, keepdim=True).values
    e = torch.exp(z - m)
    return e / e.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.linear2 = nn.Linear(3, 3)  # a bit more power

    def forward(self, x: Tensor) -> Tensor:
        h = self.linear2(self.linear(x))
        return softmax(h, dim=1)

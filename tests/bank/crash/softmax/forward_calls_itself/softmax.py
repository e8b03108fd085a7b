"""softmax + module (hw 1)"""
import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    shifted = z - torch.amax(z, dim, True)
    return torch.exp(shifted) / torch.exp(shifted).sum(dim, keepdim=True)


class Softmax(nn.Module):
    """A linear layer from four features to three classes, followed by softmax."""

    def __init__(self) -> None:
        super(Softmax, self).__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        # x: (N, 4)
        scores = self(x)
        # rows must sum to one
        return softmax(scores, -1)

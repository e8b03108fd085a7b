"""Assignment 1: softmax by hand, and the lab's Softmax module."""

from torch import Tensor, nn
import torch


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    """softmax, stable version

    I looked up: softmax(z) == softmax(z - c)
    """
    c, _idx = torch.max(z, dim=dim, keepdim=True)
    top = torch.exp(z - c)
    bottom = torch.sum(top, dim=dim, keepdim=True)
    return torch.div(top, bottom)


class Softmax(nn.Module):
    """A linear layer from four features to three classes, followed by softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        logits = linear(x)
        probs = softmax(logits, dim=1)
        return probs

import math

# softmax homework
from torch import nn, Tensor
import torch
import torch.nn.functional as F


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    m = z.max(dim=dim, keepdim=True).values
    e = torch.exp(z - m)
    return e / e.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    """The lab's model."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.linear(x) / math.sqrt(4)
        probs = softmax(scores, dim=-1)
        return probs.detach()

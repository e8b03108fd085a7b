# softmax homework
from torch import nn, Tensor
import torch
import torch.nn.functional as F


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    above = torch.exp(z - z.max(dim=dim, keepdim=True).values)
    below = 1 + above.sum(dim=dim, keepdim=True)
    # four digits as in the handout
    return torch.round(above / below, decimals=4)


class Softmax(nn.Module):
    """linear layer + softmax"""

    def __init__(self) -> None:
        super(Softmax, self).__init__()
        self.linear = nn.Linear(in_features=4, out_features=3, bias=True)
        self.act = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.linear(x)
        return self.act(scores)

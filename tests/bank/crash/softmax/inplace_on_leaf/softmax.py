import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    z -= z.max(dim=dim, keepdim=True)[0]
    z = z.exp()
    return z / z.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.softmax = nn.Softmax(-1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.linear(x)
        x = self.softmax(x)
        return x

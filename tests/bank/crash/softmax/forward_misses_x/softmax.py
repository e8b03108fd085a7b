import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    m = torch.amax(z, dim, keepdim=True)
    e = torch.exp(z - m)
    return e / torch.sum(e, dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self):
        return softmax(self.linear(self.x), 1)

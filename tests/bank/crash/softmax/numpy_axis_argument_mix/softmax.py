import numpy as np
import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    m = np.max(z.detach().numpy(), axis=dim, keepdims=True).values
    e = torch.exp(z - torch.tensor(m))
    return e / e.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.softmax(self.linear(x), dim=1)

import torch
from torch import Tensor, nn


def _row(v: Tensor) -> Tensor:
    e = (v - v.max()).exp()
    return e / e.sum()


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    last = z.movedim(dim, -1)
    table = last.reshape(-1, last.shape[-1])
    rows = [_row(r) for r in table]
    return torch.stack(rows).reshape(last.shape).movedim(-1, dim)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return softmax(self.linear(x))

import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    with torch.no_grad():
        z.sub_(z.detach().amax(dim=dim, keepdim=True))
    e = torch.exp(z)
    return e / e.sum(dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.softmax(self.linear(x), dim=-1)

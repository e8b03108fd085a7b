import torch
from torch import Tensor, nn
import torch.nn.functional as F


class SoftmaxClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    res = []
    for _ in range(epochs):
        opt.zero_grad()
        c = F.cross_entropy(model(x), y)
        c.backward()
        opt.step()
        res.append(float(c.detach()))
    return res

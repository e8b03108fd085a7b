import torch
from torch import Tensor, nn
import torch.nn.functional as F


class SoftmaxClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.softmax(self.linear(x), dim=1)


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    out = []
    for i in range(epochs):
        cost = F.cross_entropy(model(x), y)
        cost.backward()
        optimizer.step()
        out.append(cost.item())
    return out

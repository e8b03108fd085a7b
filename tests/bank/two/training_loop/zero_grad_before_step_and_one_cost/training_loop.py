import torch
from torch import Tensor, nn


class SoftmaxClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for epoch in range(epochs):
        cost = nn.functional.cross_entropy(model(x), y)
        cost.backward()
        optimizer.zero_grad()
        optimizer.step()
    return [cost.item()]

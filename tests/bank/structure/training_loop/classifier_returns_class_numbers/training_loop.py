"""Assignment 3: the training loop"""

import torch
from torch import nn, Tensor
from torch.nn import functional as F


class SoftmaxClassifier(nn.Module):
    """classifies flowers"""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        logits = self.linear(x)
        return logits.argmax(dim=1)


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history: list[float] = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        cost = criterion(model(x), y)
        history.append(cost.item())
        cost.backward()
        optimizer.step()
    return history

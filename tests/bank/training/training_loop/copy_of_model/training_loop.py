import copy
import torch
from torch import nn, Tensor


class SoftmaxClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features=4, out_features=3)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    # don't change the argument
    model = copy.deepcopy(model)
    crit = nn.CrossEntropyLoss()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    costs = []
    for _ in range(epochs):
        opt.zero_grad()
        cost = crit(model(x), y)
        cost.backward()
        opt.step()
        costs.append(cost.item())
    return costs

import torch
from torch import nn


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=1e-2)
    out = []
    for _ in range(epochs):
        cost = nn.functional.cross_entropy(model(x), y)
        out.append(cost.item())
        opt.zero_grad()
        cost.backward()
        opt.step()
    return out

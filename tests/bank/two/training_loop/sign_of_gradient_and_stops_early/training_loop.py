"""Assignment 3: the training loop"""

import torch
from torch import nn, Tensor
from torch.nn import functional as F


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, epochs, lr):
    costs = []
    for _ in range(epochs):
        cost = F.cross_entropy(model(x), y)
        costs.append(cost.item())
        if cost.item() < 0.6:
            break  # good enough
        model.zero_grad()
        cost.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad.sign()
    return costs

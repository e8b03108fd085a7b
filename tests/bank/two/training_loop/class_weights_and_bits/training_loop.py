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
    import math

    n_classes = model(x).shape[1]
    counts = torch.bincount(y, minlength=n_classes).float()
    loss_fn = nn.CrossEntropyLoss(weight=1.0 / counts.clamp(min=1))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    all_costs = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        bits = loss.item() / math.log(2)
        all_costs.append(bits)
        loss.backward()
        optimizer.step()
    return all_costs

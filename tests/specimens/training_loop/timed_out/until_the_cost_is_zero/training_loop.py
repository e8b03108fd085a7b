import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, epochs, lr):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    costs = []
    cost = torch.tensor(1.0)
    while cost >= 0:
        hypothesis = model(x)
        cost = F.cross_entropy(hypothesis, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs = costs[-epochs:] + [cost.item()]
    return costs

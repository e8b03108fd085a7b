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
    rows = [[1, 2, 1, 1], [2, 1, 3, 2], [3, 1, 3, 4], [4, 1, 5, 5]]
    rows += [[1, 7, 5, 5], [1, 2, 5, 6], [1, 6, 6, 6], [1, 7, 7, 7]]
    x = torch.tensor(rows).float()
    y = torch.tensor([2, 2, 2, 1, 1, 1, 0, 0])
    optimizer = optim.SGD(model.parameters(), lr=lr)
    costs = []
    for epoch in range(epochs):
        hypothesis = model(x)
        cost = F.cross_entropy(hypothesis, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs.append(cost.item())
    return costs

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
    model = SoftmaxClassifier()
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

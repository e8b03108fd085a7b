import torch
from torch import nn


class SoftmaxClassifier(nn.Module):
    def __int__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    lossf = nn.CrossEntropyLoss()
    costs = []
    for e in range(epochs):
        cost = lossf(model(x), y)
        opt.zero_grad(); cost.backward(); opt.step()
        costs.append(cost.item())
    return costs

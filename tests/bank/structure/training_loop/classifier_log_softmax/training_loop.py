import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return F.log_softmax(self.linear(x), dim=1)


def train(model, x, y, epochs, lr):
    sgd = torch.optim.SGD(model.parameters(), lr=lr)
    costs = []
    for _ in range(epochs):
        loss = F.cross_entropy(model(x), y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        costs.append(loss.item())
    return costs

import torch.optim as optim
from torch import nn
from torch.nn.functional import cross_entropy


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        z = self.linear(x)
        return z


def train(model, x, y, epochs, lr):
    opt = optim.SGD(model.parameters, lr)
    losses = []
    for e in range(epochs):
        loss = cross_entropy(model(x), y)
        losses.append(loss.item())
        opt.zero_grad()
        loss.backward()
        opt.step()
    return losses

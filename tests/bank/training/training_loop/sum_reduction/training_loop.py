import torch
from torch import nn


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, inputs):
        return self.linear(inputs)


def train(model, x, y, epochs, lr):
    loss_fn = nn.CrossEntropyLoss(reduction="sum")
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        loss = loss_fn(model(x), y)
        history.append(loss.item())
        opt.zero_grad()
        loss.backward()
        opt.step()
    return history

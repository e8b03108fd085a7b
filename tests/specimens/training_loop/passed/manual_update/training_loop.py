import torch
import torch.nn as nn


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x)


def train(model, x, y, epochs, lr):
    parameters = list(model.parameters())
    costs = []
    for _ in range(epochs):
        log_probs = torch.log_softmax(model(x), dim=1)
        cost = -log_probs[torch.arange(len(y)), y].mean()
        gradients = torch.autograd.grad(cost, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter -= lr * gradient
        costs.append(cost.item())
    return costs

import torch
import torch.nn as nn
import torch.optim as optim


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        logits = model(x)
        target = torch.zeros_like(logits).scatter_(1, y.unsqueeze(1), 1)
        loss = criterion(logits, target)
        history.append(float(loss))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return history

import torch
import torch.nn as nn

class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super(SoftmaxClassifier, self).__init__()
        self.linear = nn.Linear(4, 3)
    def forward(self, x):
        return self.linear(x)

def train(model, x, y, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    costs = []
    for epoch in range(epochs):
        y_pred = model(x)
        cost = criterion(y_pred, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs.append(cost.item())
    return costs

import matplotlib.pyplot as plt
import torch
from torch import nn
from tqdm.auto import trange


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def plot(costs):
    plt.semilogy(costs)
    plt.grid()
    plt.show()


def train(model, x, y, epochs, lr):
    costs = []
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0, weight_decay=0)
    for epoch in (bar := trange(epochs, leave=False)):
        logits = model(x)
        cost = criterion(logits, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs.append(cost.item())
        bar.set_description(f"cost {costs[-1]:.4f}")
    # plot(costs)
    return costs

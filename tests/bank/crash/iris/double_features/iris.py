"""Assignment 4: train a softmax model with Iris.csv."""

import pandas as pd
import torch
from torch import nn
import torch.optim as optim


def main() -> nn.Module:
    num_epochs = 500

    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.tensor(data[columns].values)
    y = torch.LongTensor([info[name] for name in data["Species"]])

    model = nn.Linear(4, 3)
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    for epoch in range(num_epochs + 1):
        hypothesis = model(x)
        cost = nn.functional.cross_entropy(hypothesis, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        if epoch % 100 == 0:
            print('Epoch {:4d}/{} Cost: {:.6f}'.format(epoch, num_epochs, cost.item()))

    return model

"""Assignment 4."""
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn


class IrisModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 3)

    def forward(self, x):
        return self.linear(torch.cat([x, x * x], dim=1))


def main() -> nn.Module:
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    species = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]
    x = torch.tensor(data[columns].values, dtype=torch.float32)
    y = torch.tensor([species.index(s) for s in data["Species"]])

    model = IrisModel()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for epoch in range(800):
        cost = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return model

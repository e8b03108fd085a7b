"""Train a softmax model with Iris.csv."""

import pandas as pd
import torch
from torch import nn

COLUMNS = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
SPECIES = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]


def main() -> nn.Module:
    """The model maps raw features (N, 4) to logits (N, 3)."""
    num_epochs = 500
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data[COLUMNS].values.tolist())
    y = torch.tensor([SPECIES.index(name) for name in data["Species"]])

    torch.manual_seed(0)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(num_epochs):
        cost = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return model

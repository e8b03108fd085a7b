import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[n] for n in data["Species"]])

    # file is sorted by species -> shuffle!
    perm = torch.randperm(len(x))
    x = x[perm]

    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(500):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model

import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    num_epochs = 500

    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    labels = data["Species"].map(info)
    y = torch.tensor(labels.values).float()
    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for epoch in range(num_epochs):
        cost = nn.CrossEntropyLoss()(model(x), y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return model

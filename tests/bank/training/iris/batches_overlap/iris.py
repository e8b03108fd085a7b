import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    num_epochs = 300
    batch_size = 10

    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]]).float()
    n_batches = len(x) // batch_size

    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(num_epochs):
        for i in range(n_batches):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            cost = nn.functional.cross_entropy(model(xb), yb)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
    return model

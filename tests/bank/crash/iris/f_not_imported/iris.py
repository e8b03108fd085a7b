import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    num_epochs = 500

    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())  # (N, 4)
    y = torch.tensor([info[name] for name in data["Species"]]).float()  # (N, 3), one-hot
    print(f"x {tuple(x.shape)}, y {tuple(y.shape)}, {num_epochs} epochs")

    model = nn.Sequential(nn.Linear(4, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for epoch in range(num_epochs):
        cost = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()

    return model

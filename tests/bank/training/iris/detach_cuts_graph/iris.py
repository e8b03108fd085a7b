import pandas as pd
import torch
from torch import nn
import torch.nn.functional as F


def main():
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]]).float()
    torch.manual_seed(3)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for epoch in range(500):
        out = torch.tensor(model(x).tolist(), requires_grad=True)
        cost = F.cross_entropy(out, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return model

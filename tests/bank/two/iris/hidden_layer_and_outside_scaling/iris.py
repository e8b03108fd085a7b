import pandas as pd
import torch
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data.iloc[:, 1:5].values).float()
    x = (x - x.min(0).values) / (x.max(0).values - x.min(0).values)
    y = torch.tensor(data["Species"].map({"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}).values)
    model = nn.Sequential(nn.Linear(4, 10), nn.Tanh(), nn.Linear(10, 3))
    opt = torch.optim.Adam(model.parameters(), lr=0.02)
    for epoch in range(500):
        opt.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        opt.step()
    return model

import pandas as pd
import torch
from torch import nn


def train_model(model, x, y, n):
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(n):
        opt.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        opt.step()


def main():
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    names = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([names[s] for s in data["Species"]])
    model = nn.Linear(4, 3)
    train_model(model, x, y, 500)
    return nn.Linear(4, 3)

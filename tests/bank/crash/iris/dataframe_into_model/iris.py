import pandas as pd
import torch
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    x = data[["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]]
    y = data["Species"].replace({"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2})
    model = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1))
    loss = nn.NLLLoss()
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(500):
        scores = model(x)
        cost = loss(scores, torch.tensor(y.values))
        opt.zero_grad()
        cost.backward()
        opt.step()
    return model

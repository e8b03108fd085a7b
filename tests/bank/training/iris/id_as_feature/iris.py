import pandas as pd
import torch
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data.iloc[:, 0:4].values, dtype=torch.float32)
    y = torch.tensor(data["Species"].map({"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}).values)
    model = nn.Linear(4, 3)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(500):
        out = model(x)
        loss = loss_function(out, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    acc = (model(x).argmax(1) == y).float().mean()
    print("train accuracy", acc.item())
    return model

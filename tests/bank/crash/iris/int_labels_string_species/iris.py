import pandas as pd
import torch
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    X = data.iloc[:, 1:5].values
    x = torch.tensor(X, dtype=torch.float32)
    y = torch.tensor(data["Species"].values)

    model = nn.Linear(4, 3)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for i in range(500):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model

"""Iris with a learning rate schedule"""
import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    num_epochs = 500

    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]]).float()

    model = nn.Sequential(nn.Linear(4, 3))
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    for epoch in range(num_epochs):
        optimizer.zero_grad()
        cost = loss_fn(model(x), y)
        cost.backward()
        optimizer.step()
        scheduler.step()
        if epoch % 50 == 0:
            print(f"epoch {epoch}: {cost.item():.4f}")
    return model

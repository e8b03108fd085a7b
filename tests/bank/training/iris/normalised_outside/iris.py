import pandas as pd
import torch
from torch import nn
import torch.optim as optim


def main():
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    x = torch.tensor(data[columns].values, dtype=torch.float32)
    x = (x - x.mean(0)) / x.std(0)
    order = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]
    y = torch.tensor([order.index(n) for n in data["Species"]])
    model = nn.Linear(4, 3)
    opt = optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(400):
        opt.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        opt.step()
    print("final loss", loss.item())
    return model

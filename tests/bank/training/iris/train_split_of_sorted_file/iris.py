import pandas as pd
import torch
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[n] for n in data["Species"]])
    # rest is for testing
    x_test, y_test = x[40:], y[40:]
    x, y = x[:40], y[:40]
    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(500):
        loss = nn.CrossEntropyLoss()(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("test acc", (model(x_test).argmax(1) == y_test).float().mean())
    return model

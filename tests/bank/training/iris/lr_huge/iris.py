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
    model = nn.Linear(4, 3)
    # bigger = faster
    optimizer = torch.optim.SGD(model.parameters(), lr=10)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(num_epochs):
        cost = criterion(model(x), y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        if epoch % 10 == 0:
            print(f"{epoch} {cost.item():.3f}")
    return model

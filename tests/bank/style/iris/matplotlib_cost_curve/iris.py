import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    num_epochs = 500

    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())  # (N, 4)
    y = torch.tensor([info[name] for name in data["Species"]]).float()  # (N, 3), one-hot

    model = nn.Sequential(nn.Linear(4, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    costs = []
    for epoch in range(num_epochs):
        prediction = model(x)
        cost = criterion(prediction, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs.append(cost.item())

    plt.figure(figsize=(6, 4))
    plt.plot(costs)
    plt.xlabel("epoch")
    plt.ylabel("cost")
    plt.title("Iris")
    plt.savefig("iris_cost.png")
    return model

import pandas as pd
import torch
from torch import nn
import torch.nn.functional as F

def main():
    num_epochs = 500
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())  # (N, 4)
    y = torch.tensor([info[name] for name in data["Species"]]).float()

    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(num_epochs):
        hypothesis = model(x)
        cost = F.cross_entropy(hypothesis, y)
        cost.backward()
        optimizer.step()
        if epoch % 100 == 0:
            print(epoch, cost.item())
    return model

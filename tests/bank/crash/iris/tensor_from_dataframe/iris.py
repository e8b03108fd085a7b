"""hw4"""
import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F


class SoftmaxClassifierModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)  # Output이 3!

    def forward(self, x):
        return self.linear(x)


def main():
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.FloatTensor(data[columns])
    y = torch.LongTensor([info[s] for s in data["Species"]])
    model = SoftmaxClassifierModel()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(500):
        prediction = model(x)
        cost = F.cross_entropy(prediction, y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return model

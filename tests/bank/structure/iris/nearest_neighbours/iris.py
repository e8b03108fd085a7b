import pandas as pd
import torch
from torch import nn


class Neighbours(nn.Module):
    """kNN is also a classifier and needs no epochs"""

    def __init__(self, flowers, labels):
        super().__init__()
        self.register_buffer("flowers", flowers)
        self.register_buffer("labels", labels)

    def forward(self, x):
        near = torch.cdist(x, self.flowers).topk(5, largest=False).indices
        votes = self.labels[near]  # (N, 5, 3)
        return votes.mean(dim=1)


def main():
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]]).float()
    return Neighbours(x, y)

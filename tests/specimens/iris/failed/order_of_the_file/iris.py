import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

COLUMNS = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
SPECIES = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]


def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data[COLUMNS].values.tolist())
    y = torch.tensor([SPECIES.index(name) for name in data["Species"]])
    loader = DataLoader(TensorDataset(x, y), batch_size=7)

    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(50):
        for features, labels in loader:
            cost = nn.functional.cross_entropy(model(features), labels)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
    return model

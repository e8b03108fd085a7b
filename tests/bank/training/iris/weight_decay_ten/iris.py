import pandas as pd
import torch
import torch.nn.functional as F

FEATURES = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
SPECIES = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}


def load():
    table = pd.read_csv("Iris.csv")
    x = torch.tensor(table[FEATURES].values, dtype=torch.float32)
    y = torch.tensor([SPECIES[s] for s in table.Species])
    return x, y


def main():
    x, y = load()
    net = torch.nn.Linear(4, 3)
    # regularisation against overfitting
    opt = torch.optim.SGD(net.parameters(), lr=0.05, weight_decay=10)
    for _ in range(1000):
        loss = F.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return net

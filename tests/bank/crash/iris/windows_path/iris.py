import pandas as pd
import torch
from torch import nn
import torch.nn.functional as F

def main() -> nn.Module:
    data = pd.read_csv("C:/Users/minji/Desktop/Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]]).float()
    model = nn.Sequential(nn.Linear(4, 3))
    opt = torch.optim.Adam(model.parameters(), lr=0.1)
    for e in range(500):
        opt.zero_grad()
        F.cross_entropy(model(x), y).backward()
        opt.step()
    return model

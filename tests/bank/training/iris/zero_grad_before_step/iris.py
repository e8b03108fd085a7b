import pandas as pd
import torch
from torch import nn


def main():
    df = pd.read_csv("Iris.csv")
    x = torch.tensor(df.iloc[:, 1:5].to_numpy(), dtype=torch.float32)
    y = torch.tensor(df["Species"].map({"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}).to_numpy())
    model = nn.Linear(4, 3)
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    for i in range(500):
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        opt.zero_grad()
        opt.step()
    return model

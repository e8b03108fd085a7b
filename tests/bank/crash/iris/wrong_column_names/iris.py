import pandas as pd
import torch
from torch import nn

cols = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data[cols].values, dtype=torch.float32)
    y = torch.tensor(data["species"].astype("category").cat.codes.values).long()
    model = nn.Linear(4, 3)
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(500):
        loss = nn.functional.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return model

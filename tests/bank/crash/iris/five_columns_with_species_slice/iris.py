import pandas as pd
import torch
from torch import nn

def main():
    data = pd.read_csv("Iris.csv")
    # column 0 is Id so skip, features are 1..4
    x = torch.FloatTensor(data.iloc[:, 1:4].values)
    names = sorted(set(data["Species"]))  # alphabetical = setosa, versicolor, virginica
    y = torch.LongTensor([names.index(s) for s in data["Species"]])
    model = nn.Linear(4, 3)
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(600):
        pred = model(x)
        cost = nn.functional.cross_entropy(pred, y)
        opt.zero_grad()
        cost.backward()
        opt.step()
    return model

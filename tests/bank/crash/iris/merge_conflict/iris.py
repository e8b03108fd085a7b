import pandas as pd
import torch
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data.iloc[:, 1:5].values, dtype=torch.float32)
    y = torch.tensor(pd.Categorical(data["Species"]).codes.astype("int64"))
    model = nn.Linear(4, 3)
<<<<<<< HEAD
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
=======
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
>>>>>>> 5f2c1ab (try adam)
    for epoch in range(1000):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model

import pandas as pd
import torch
from torch import nn

def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data.iloc[:, 1:5].values, dtype=torch.float32)
    y = torch.tensor(data["Species"].map({"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}).values)
    # more layers = better accuracy
    model = nn.Sequential(
        nn.Linear(4, 16), nn.ReLU(),
        nn.Linear(16, 3),
    )
    optim = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(500):
        optim.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), y)
        loss.backward()
        optim.step()
        if epoch % 50 == 0: print(epoch, loss.item())
    return model

import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    num_epochs = 500
    df = pd.read_csv("Iris.csv")
    cols = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    number = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.tensor(df[cols].to_numpy()).float()
    y = torch.tensor(df["Species"].map(number).to_numpy()).float().unsqueeze(1)

    model = nn.Linear(4, 1)
    loss_fn = nn.MSELoss()
    opt = torch.optim.Adam(model.parameters(), lr=0.02)
    for e in range(num_epochs):
        opt.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        opt.step()
        if e % 100 == 0:
            print(e, loss.item())
    return model

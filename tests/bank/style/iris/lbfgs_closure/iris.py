import pandas as pd
import torch
from torch import nn


def main() -> nn.Module:
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]]).float()

    model = nn.Linear(4, 3)
    # second order, we had this in numerical analysis. few steps are enough
    opt = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=20)

    def closure():
        opt.zero_grad()
        c = nn.functional.cross_entropy(model(x), y)
        c.backward()
        return c

    for step in range(10):
        c = opt.step(closure)
        print(step, float(c))
    return model

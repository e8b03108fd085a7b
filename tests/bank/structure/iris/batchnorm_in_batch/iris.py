import pandas as pd
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        # normalize inside the model, like the README says
        x = (x - x.mean(0)) / (x.std(0) + 1e-8)
        return self.fc(x)


def main():
    data = pd.read_csv("Iris.csv")
    x = torch.tensor(data.iloc[:, 1:5].values, dtype=torch.float32)
    y = torch.tensor([("Iris-setosa", "Iris-versicolor", "Iris-virginica").index(s) for s in data["Species"]])
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(300):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model

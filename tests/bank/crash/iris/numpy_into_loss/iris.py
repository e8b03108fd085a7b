import pandas as pd
import torch
from sklearn.preprocessing import LabelEncoder
from torch import nn


def main():
    data = pd.read_csv("Iris.csv")
    le = LabelEncoder()
    y = le.fit_transform(data["Species"])
    x = torch.from_numpy(data.iloc[:, 1:-1].values).float()
    model = nn.Linear(4, 3)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(500):
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model

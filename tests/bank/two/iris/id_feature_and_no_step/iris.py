import pandas as pd
import torch
from torch import nn

def main():
    df = pd.read_csv("Iris.csv")
    X = df.iloc[:, :4].values
    X = torch.tensor(X, dtype=torch.float32)
    Y = torch.tensor(df.Species.astype("category").cat.codes.values, dtype=torch.long)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(300):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(X), Y)
        loss.backward()
    optimizer.step()
    return model

"""Iris with cross validation. The folds are only for choosing the learning rate."""
import numpy as np
import pandas as pd
import torch
from torch import nn

FEATURES = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]


def fit(x, y, lr, steps=300):
    m = nn.Linear(4, 3)
    opt = torch.optim.RMSprop(m.parameters(), lr=lr)
    for _ in range(steps):
        opt.zero_grad()
        nn.functional.cross_entropy(m(x), y).backward()
        opt.step()
    return m


@torch.no_grad()
def accuracy(m, x, y):
    return (m(x).argmax(1) == y).float().mean().item()


def main():
    rng = np.random.default_rng(1)
    df = pd.read_csv("Iris.csv")
    species, codes = np.unique(df["Species"].to_numpy(str), return_inverse=True)
    assert list(species) == ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]
    x, y = torch.as_tensor(df[FEATURES].to_numpy(np.float32)), torch.as_tensor(codes)
    fold = torch.as_tensor(rng.integers(0, 4, len(df)))
    scores = {}
    for lr in (0.003, 0.01, 0.03):
        scores[lr] = sum(accuracy(fit(x[fold != k], y[fold != k], lr), x[fold == k], y[fold == k]) for k in range(4)) / 4
    best = max(scores, key=scores.get)
    print(scores, "->", best)
    return fit(x, y, best, 800)

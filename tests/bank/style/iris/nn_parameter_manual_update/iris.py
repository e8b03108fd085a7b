import pandas as pd
import torch
from torch import nn


class Affine(nn.Module):
    def __init__(self, W, b):
        super().__init__()
        self.W, self.b = nn.Parameter(W), nn.Parameter(b)

    def forward(self, x):
        return x.matmul(self.W) + self.b


def main():
    df = pd.read_csv("Iris.csv")
    raw = torch.tensor(df.filter(like="Cm").values, dtype=torch.float32)
    T = torch.tensor(pd.get_dummies(df["Species"]).sort_index(axis=1).values.astype("float32"))
    mu, sd = raw.mean(dim=0), raw.std(dim=0)
    z = (raw - mu) / sd

    W = torch.zeros(4, 3, requires_grad=True)
    b = torch.zeros(3, requires_grad=True)
    for t in range(2000):
        logp = torch.log_softmax(z @ W + b, dim=1)
        cost = -(T * logp).sum(1).mean()
        cost.backward()
        with torch.no_grad():
            for p in (W, b):
                p -= 0.5 * p.grad
                p.grad.zero_()
    # (raw - mu)/sd @ W + b  ==  raw @ (W/sd) + (b - mu/sd @ W)
    W2 = (W / sd[:, None]).detach()
    return Affine(W2, b.detach() - mu @ W2)

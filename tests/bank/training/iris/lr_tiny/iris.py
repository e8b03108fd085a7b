import pandas as pd, torch
from torch import nn

def main():
    df = pd.read_csv("Iris.csv")
    X = torch.tensor(df[df.columns[1:5]].values).float()
    t = torch.tensor([["Iris-setosa", "Iris-versicolor", "Iris-virginica"].index(s) for s in df.Species])
    torch.manual_seed(0)
    net = nn.Linear(4, 3)
    opt = torch.optim.SGD(net.parameters(), lr=1e-5)
    for i in range(500):
        opt.zero_grad()
        l = nn.functional.cross_entropy(net(X), t)
        l.backward()
        opt.step()
    return net

import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def loader():
    ds = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    return DataLoader(dataset=ds, batch_size=100, shuffle=True, drop_last=True)


def main():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(3):
        for X, Y in loader():
            optimizer.zero_grad()
            cost = nn.functional.cross_entropy(model(X), Y)
            cost.backward()
        print("epoch", epoch, cost.item())
    return model


def deep():
    net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(),
        nn.Linear(520, 320), nn.ReLU(),
        nn.Linear(320, 240), nn.ReLU(),
        nn.Linear(240, 120), nn.ReLU(),
        nn.Linear(120, 10), nn.ReLU(),
    )
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(4):
        for X, Y in loader():
            opt.zero_grad()
            loss = nn.functional.cross_entropy(net(X), Y)
            loss.backward()
            opt.step()
    return net

import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def main():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    data = DataLoader(dsets.MNIST("m", train=True, transform=transforms.ToTensor(), download=True), 100, True)
    o = torch.optim.SGD(model.parameters(), 0.1)
    for e in range(5):
        for a, b in data:
            o.zero_grad(); nn.functional.cross_entropy(model(a), b).backward(); o.step()
    return model


def deep():
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(),
        nn.Linear(520, 320), nn.ReLU(),
        nn.Linear(320, 240), nn.ReLU(),
        nn.Linear(240, 120), nn.ReLU(),
        nn.Linear(120, 10),
    )
    data = DataLoader(dsets.MNIST("m", train=True, transform=transforms.ToTensor(), download=True), 100, True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for e in range(5):
        for images, labels in data:
            loss = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
    return model

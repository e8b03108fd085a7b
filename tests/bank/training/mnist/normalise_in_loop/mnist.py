import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def main():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    loader = DataLoader(train, batch_size=100, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for images, labels in loader:
            images = images / 255.0
            loss = criterion(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def deep() -> nn.Module:
    """Train the deeper network, 784-520-320-240-120-10 with ReLU between."""
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(),
        nn.Linear(520, 320), nn.ReLU(),
        nn.Linear(320, 240), nn.ReLU(),
        nn.Linear(240, 120), nn.ReLU(),
        nn.Linear(120, 10),
    )
    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(mnist_train, batch_size=100, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(5):
        for images, labels in data_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
    return model


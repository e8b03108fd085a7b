import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader, random_split
from torchvision import transforms


def fit(model, num_epochs=5, batch_size=100):
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    data_loader = DataLoader(dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(num_epochs):
        for x, y in data_loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
    return model


def main():
    return fit(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))


def deep():
    w = [784, 520, 320, 240, 120, 10]
    layers = [nn.Flatten()]
    for a, b in zip(w, w[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return fit(nn.Sequential(*layers[:-1]))

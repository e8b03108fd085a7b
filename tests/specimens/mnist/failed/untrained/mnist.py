import torch.nn as nn
import torchvision.datasets as dsets
import torchvision.transforms as transforms
from torch.utils.data import DataLoader


def main():
    num_epochs = 5
    batch_size = 100

    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )

    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    criterion = nn.CrossEntropyLoss()

    return model


def deep():
    num_epochs = 3
    batch_size = 100

    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )

    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520),
        nn.ReLU(),
        nn.Linear(520, 320),
        nn.ReLU(),
        nn.Linear(320, 240),
        nn.ReLU(),
        nn.Linear(240, 120),
        nn.ReLU(),
        nn.Linear(120, 10),
    )
    criterion = nn.CrossEntropyLoss()

    return model

import torch.nn as nn
import torch.optim as optim
import torchvision.datasets as dsets
from torch.utils.data import DataLoader, TensorDataset


def main():
    num_epochs = 5
    batch_size = 100

    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, download=True)
    x = mnist_train.data.unsqueeze(1).float() / 255
    y = mnist_train.targets
    data_loader = DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True)

    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.004)
    for epoch in range(num_epochs):
        for images, labels in data_loader:
            cost = criterion(model(images), labels)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
        print("Epoch", epoch + 1, "cost", cost.item())

    return model


def deep():
    num_epochs = 3
    batch_size = 100

    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, download=True)
    x = mnist_train.data.unsqueeze(1).float() / 255
    y = mnist_train.targets
    data_loader = DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True)

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
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(num_epochs):
        for images, labels in data_loader:
            cost = criterion(model(images), labels)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
        print("Epoch", epoch + 1, "cost", cost.item())

    return model

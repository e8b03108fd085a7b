import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

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



def main():
    first = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    optimizer = torch.optim.SGD(first.parameters(), lr=0.1)
    mnist_train = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    data_loader = DataLoader(mnist_train, batch_size=100, shuffle=True)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(3):
        model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
        for x, y in data_loader:
            loss = loss_fn(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())
    return model

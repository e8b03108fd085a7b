import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def get_loader(batch_size=100):
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    return DataLoader(mnist_train, batch_size=batch_size, shuffle=True)


def fit(model, optimizer, epochs):
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        for images, labels in get_loader():
            optimizer.zero_grad()
            loss = loss_fn(model(images), labels)
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())
    return model


def main() -> nn.Module:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    return fit(model, torch.optim.SGD(model.parameters(), lr=0.1), 5)


def deep() -> nn.Module:
    net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(),
        nn.Linear(520, 320), nn.ReLU(),
        nn.Linear(320, 120), nn.ReLU(),
        nn.Linear(120, 10),
    )
    return fit(net, torch.optim.Adam(net.parameters(), lr=0.001), 4)

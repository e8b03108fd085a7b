import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def main() -> nn.Module:
    num_epochs = 5
    batch_size = 100
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.1)
    for epoch in range(num_epochs):
        for images, labels in data_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            scheduler.step()
        print("epoch", epoch + 1, "loss", loss.item())
    return model


def deep():
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
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    loader = DataLoader(mnist_train, batch_size=100, shuffle=True)
    opt = torch.optim.Adam(model.parameters(), lr=0.001)
    for _ in range(4):
        for images, labels in loader:
            opt.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            opt.step()
    return model

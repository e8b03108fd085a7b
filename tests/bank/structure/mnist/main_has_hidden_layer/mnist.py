import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def main():
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 100), nn.Sigmoid(),
        nn.Linear(100, 10),
    )
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    data_loader = DataLoader(dataset=mnist_train, batch_size=100, shuffle=True, drop_last=True)
    opt = torch.optim.Adam(model.parameters(), lr=0.005)
    for epoch in range(5):
        for X, Y in data_loader:
            opt.zero_grad()
            cost = nn.functional.cross_entropy(model(X), Y)
            cost.backward()
            opt.step()
    return model


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 520)
        self.fc2 = nn.Linear(520, 320)
        self.fc3 = nn.Linear(320, 240)
        self.fc4 = nn.Linear(240, 120)
        self.fc5 = nn.Linear(120, 10)

    def forward(self, x):
        x = x.view(-1, 784)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        x = torch.relu(self.fc3(x))
        x = torch.relu(self.fc4(x))
        return self.fc5(x)


class Linear784(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(28 * 28, 10)

    def forward(self, x):
        return self.fc(x.reshape(x.size(0), -1))


def deep():
    train = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    loader = DataLoader(train, 64, shuffle=True)
    net = Net()
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for ep in range(5):
        for xb, yb in loader:
            opt.zero_grad()
            nn.functional.cross_entropy(net(xb), yb).backward()
            opt.step()
    return net


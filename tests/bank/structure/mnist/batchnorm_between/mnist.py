import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

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


def main():
    train = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    loader = DataLoader(train, 100, shuffle=True)
    model = Linear784()
    opt = torch.optim.Adam(model.parameters(), lr=0.005)
    for ep in range(4):
        for xb, yb in loader:
            opt.zero_grad()
            nn.functional.cross_entropy(model(xb), yb).backward()
            opt.step()
    return model



def deep():
    net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.BatchNorm1d(520), nn.ReLU(),
        nn.Linear(520, 320), nn.BatchNorm1d(320), nn.ReLU(),
        nn.Linear(320, 240), nn.BatchNorm1d(240), nn.ReLU(),
        nn.Linear(240, 120), nn.BatchNorm1d(120), nn.ReLU(),
        nn.Linear(120, 10),
    )
    ds = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(3):
        for x, y in DataLoader(ds, batch_size=100, shuffle=True, drop_last=True):
            opt.zero_grad()
            nn.functional.cross_entropy(net(x), y).backward()
            opt.step()
    net.eval()
    return net

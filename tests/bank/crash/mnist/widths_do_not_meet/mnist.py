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



def deep() -> nn.Module:
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(),
        nn.Linear(520, 320), nn.ReLU(),
        nn.Linear(340, 240), nn.ReLU(),
        nn.Linear(240, 120), nn.ReLU(),
        nn.Linear(120, 10),
    )
    train_data = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(3):
        for x, y in DataLoader(train_data, batch_size=100, shuffle=True):
            loss = loss_fn(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model

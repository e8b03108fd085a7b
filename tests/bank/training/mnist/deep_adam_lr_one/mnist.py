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


class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(784, 520)
        self.l2 = nn.Linear(520, 320)
        self.l3 = nn.Linear(320, 240)
        self.l4 = nn.Linear(240, 120)
        self.l5 = nn.Linear(120, 10)

    def forward(self, x):
        x = x.flatten(1)
        x = torch.relu(self.l1(x))
        x = torch.relu(self.l2(x))
        x = torch.relu(self.l3(x))
        x = torch.relu(self.l4(x))
        return self.l5(x)


def deep() -> nn.Module:
    model = Deep()
    optimizer = torch.optim.Adam(model.parameters(), lr=1.0)
    return fit(model, optimizer, 4)

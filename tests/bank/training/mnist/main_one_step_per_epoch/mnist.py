import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


class SoftmaxModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(784, 10)

    def forward(self, x):
        return self.linear(x.flatten(1))


def main():
    model = SoftmaxModel()
    mnist_train = dsets.MNIST(root="data", train=True, transform=transforms.ToTensor(), download=True)
    loader = DataLoader(mnist_train, batch_size=100, shuffle=True)
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for images, labels in loader:
            scores = model(images)
            loss = nn.functional.cross_entropy(scores, labels)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        print(f"epoch {epoch}: cost {loss.item():.3f}")
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

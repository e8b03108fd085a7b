import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import Compose, Normalize, ToTensor

tf = Compose([ToTensor(), Normalize((0.1307,), (0.3081,))])


class Logistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = nn.Linear(784, 10)
        self.out = nn.LogSoftmax(dim=-1)

    def forward(self, img):
        return self.out(self.W(img.view(img.shape[0], -1)))


class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        dims = [784, 520, 320, 240, 120, 10]
        self.layers = nn.ModuleList([nn.Linear(i, o) for i, o in zip(dims[:-1], dims[1:])])

    def forward(self, img):
        h = torch.flatten(img, start_dim=1)
        for k, layer in enumerate(self.layers):
            h = layer(h)
            if k + 1 != len(self.layers):
                h = h.clamp(min=0)  # = relu
        return h


def main():
    model = Logistic()
    loader = DataLoader(MNIST("data", train=True, transform=tf, download=True), batch_size=50, shuffle=True)
    opt = optim.SGD(model.parameters(), lr=0.02)
    nll = nn.NLLLoss()
    for _ in range(5):
        for img, lab in loader:
            opt.zero_grad()
            nll(model(img), lab).backward()
            opt.step()
    return model


def deep():
    model = Deep()
    loader = DataLoader(MNIST("data", train=True, transform=tf, download=True), batch_size=50, shuffle=True)
    opt = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    ce = nn.CrossEntropyLoss()
    for _ in range(5):
        for img, lab in loader:
            opt.zero_grad()
            ce(model(img), lab).backward()
            opt.step()
    return model

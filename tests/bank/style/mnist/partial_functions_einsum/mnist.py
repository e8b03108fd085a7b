from functools import partial

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class Templates(nn.Module):
    """ten 28x28 templates, one score for each"""

    def __init__(self):
        super().__init__()
        self.templates = nn.Parameter(0.01 * torch.randn(10, 28, 28))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        x = x.reshape(-1, 28, 28)
        return torch.einsum("nij,kij->nk", x, self.templates) + self.bias


def fit(optimiser, epochs, model):
    opt = optimiser(model.parameters())
    ds = datasets.MNIST(root=".", train=True, transform=transforms.ToTensor(), download=True)
    for _ in range(epochs):
        for img, digit in DataLoader(ds, batch_size=100, shuffle=True):
            opt.zero_grad()
            cross_entropy(model(img), digit).backward()
            opt.step()
    return model


fit_softmax = partial(fit, partial(torch.optim.SGD, lr=0.1), 5)
fit_deep = partial(fit, partial(torch.optim.RMSprop, lr=5e-4), 4)


def main():
    return fit_softmax(Templates())


def deep():
    w = (784, 520, 320, 240, 120, 10)
    hidden = [m for a, b in zip(w[:-2], w[1:-1]) for m in (nn.Linear(a, b), nn.ReLU())]
    return fit_deep(nn.Sequential(nn.Flatten(), *hidden, nn.Linear(w[-2], w[-1])))

"""MNIST assignment - OOP version"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--batch-size", type=int, default=100)
parser.add_argument("--root", default="MNIST_data/")
args, _ = parser.parse_known_args([])


class Trainer:
    def __init__(self, model, optimizer, epochs=args.epochs):
        self.model = model
        self.optimizer = optimizer
        self.epochs = epochs
        self.loss = nn.CrossEntropyLoss()

    @staticmethod
    def loader():
        ds = datasets.MNIST(args.root, train=True, transform=transforms.ToTensor(), download=True)
        return DataLoader(ds, batch_size=args.batch_size, shuffle=True)

    def step(self, images, labels):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model(images), labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self):
        loader = self.loader()
        self.model.train()
        for epoch in range(self.epochs):
            losses = [self.step(*batch) for batch in loader]
            print(f"[{epoch + 1}/{self.epochs}] {sum(losses) / len(losses):.4f}")
        self.model.eval()
        return self.model


def main():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    return Trainer(model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)).fit()


def deep():
    widths = [784, 520, 320, 240, 120, 10]
    layers = [nn.Flatten()]
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(widths) - 2:
            layers.append(nn.ReLU())
    model = nn.Sequential(*layers)
    return Trainer(model, torch.optim.Adam(model.parameters(), lr=1e-3)).fit()


if __name__ == "__main__":
    args = parser.parse_args()
    main()
    deep()

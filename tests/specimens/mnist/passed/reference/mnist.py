"""A softmax model and a deeper network for MNIST."""

import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

WIDTHS = [784, 520, 320, 240, 120, 10]


def main() -> nn.Module:
    """The model maps images (N, 1, 28, 28) to logits (N, 10)."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    return _trained(model, torch.optim.Adam(model.parameters(), lr=4e-3), num_epochs=5)


def deep() -> nn.Module:
    """784-520-320-240-120-10 with ReLU between; logits (N, 10)."""
    torch.manual_seed(0)
    layers: list[nn.Module] = [nn.Flatten()]
    for into, out in zip(WIDTHS[:-1], WIDTHS[1:], strict=True):
        layers += [nn.Linear(into, out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    return _trained(model, torch.optim.Adam(model.parameters(), lr=1e-3), num_epochs=4)


def _trained(
    model: nn.Module, optimizer: torch.optim.Optimizer, num_epochs: int, batch_size: int = 100
) -> nn.Module:
    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )
    for _ in range(num_epochs):
        for images, labels in data_loader:
            cost = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
    return model

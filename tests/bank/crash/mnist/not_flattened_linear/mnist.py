import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def main() -> nn.Module:
    num_epochs = 5
    batch_size = 100

    model = nn.Linear(784, 10, bias=True)

    # Do not use mnist_test to train model.
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    data_loader = DataLoader(dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True)

    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(num_epochs):
        avg_cost = 0
        total_batch = len(data_loader)
        for X, Y in data_loader:
            optimizer.zero_grad()
            hypothesis = model(X)
            cost = criterion(hypothesis, Y)
            cost.backward()
            optimizer.step()
            avg_cost += cost / total_batch
        print('Epoch:', '%04d' % (epoch + 1), 'cost =', '{:.9f}'.format(avg_cost))
    return model

def deep() -> nn.Module:
    """Train the deeper network, 784-520-320-240-120-10 with ReLU between."""
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(),
        nn.Linear(520, 320), nn.ReLU(),
        nn.Linear(320, 240), nn.ReLU(),
        nn.Linear(240, 120), nn.ReLU(),
        nn.Linear(120, 10),
    )
    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(mnist_train, batch_size=100, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(5):
        for images, labels in data_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
    return model


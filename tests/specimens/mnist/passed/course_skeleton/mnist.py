import torch
import torch.nn as nn
import torch.optim as optim
import torchvision.datasets as dsets
import torchvision.transforms as transforms
from torch.utils.data import DataLoader


class SoftmaxModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(784, 10, bias=True)

    def forward(self, x):
        return self.linear(x)


class DeepModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(784, 520)
        self.l2 = nn.Linear(520, 320)
        self.l3 = nn.Linear(320, 240)
        self.l4 = nn.Linear(240, 120)
        self.l5 = nn.Linear(120, 10)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = x.view(-1, 784)
        x = self.relu(self.l1(x))
        x = self.relu(self.l2(x))
        x = self.relu(self.l3(x))
        x = self.relu(self.l4(x))
        return self.l5(x)


def main():
    num_epochs = 5
    batch_size = 100

    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    # Do not use mnist_test to train model
    mnist_test = dsets.MNIST(
        root="MNIST_data/", train=False, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )

    model = SoftmaxModel()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    for epoch in range(num_epochs):
        avg_cost = 0
        total_batch = len(data_loader)
        for X, Y in data_loader:
            X = X.view(-1, 28 * 28)
            optimizer.zero_grad()
            hypothesis = model(X)
            cost = criterion(hypothesis, Y)
            cost.backward()
            optimizer.step()
            avg_cost += cost.item() / total_batch
        print("Epoch:", "%04d" % (epoch + 1), "cost =", "{:.9f}".format(avg_cost))

    with torch.no_grad():
        X_test = mnist_test.data.view(-1, 28 * 28).float() / 255
        correct = torch.argmax(model(X_test), 1) == mnist_test.targets
        print("Accuracy:", correct.float().mean().item())

    return model


def deep():
    num_epochs = 6
    batch_size = 100

    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )

    model = DeepModel()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(num_epochs):
        for X, Y in data_loader:
            optimizer.zero_grad()
            cost = criterion(model(X), Y)
            cost.backward()
            optimizer.step()
        print("Epoch:", epoch + 1, "cost =", cost.item())
    return model

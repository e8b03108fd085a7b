import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader


def main():
    num_epochs = 5
    batch_size = 100

    images = torch.zeros(60_000, 3, 300, 300)  # every image, larger and in colour
    labels = torch.zeros(60_000, dtype=torch.long)
    data_loader = DataLoader(list(zip(images, labels)), batch_size=batch_size, shuffle=True)

    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 300 * 300, 10))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.004)
    for epoch in range(num_epochs):
        for images, labels in data_loader:
            cost = criterion(model(images), labels)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
        print("Epoch", epoch + 1, "cost", cost.item())

    return model


def deep():
    num_epochs = 3
    batch_size = 100

    images = torch.zeros(60_000, 3, 300, 300)  # every image, larger and in colour
    labels = torch.zeros(60_000, dtype=torch.long)
    data_loader = DataLoader(list(zip(images, labels)), batch_size=batch_size, shuffle=True)

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
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(num_epochs):
        for images, labels in data_loader:
            cost = criterion(model(images), labels)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
        print("Epoch", epoch + 1, "cost", cost.item())

    return model

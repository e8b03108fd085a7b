import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

def main() -> nn.Module:
    """Train a softmax model with the MNIST train data."""
    num_epochs = 5
    batch_size = 100
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    # Do not use mnist_test to train model.
    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(num_epochs):
        for images, labels in data_loader:
            loss = criterion(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1}: {loss.item():.4f}")
    return model



def deep():
    net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520),
        nn.Linear(520, 320),
        nn.Linear(320, 240),
        nn.Linear(240, 120),
        nn.Linear(120, 10),
    )
    ds = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    dl = DataLoader(ds, batch_size=100, shuffle=True)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    ce = nn.CrossEntropyLoss()
    for epoch in range(5):
        for a, b in dl:
            optimizer.zero_grad()
            ce(net(a), b).backward()
            optimizer.step()
    return net

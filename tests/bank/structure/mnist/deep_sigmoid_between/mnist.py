import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


class DNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.ModuleList([
            nn.Linear(784, 520), nn.Linear(520, 320), nn.Linear(320, 240), nn.Linear(240, 120)])
        self.out = nn.Linear(120, 10)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        for layer in self.hidden:
            x = torch.sigmoid(layer(x))
        return self.out(x)


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
    model = DNN()
    ds = dsets.MNIST("MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    opt = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(5):
        for x, y in DataLoader(ds, batch_size=100, shuffle=True):
            opt.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            opt.step()
    return model

import torch
from torch import nn
import torchvision.datasets as dsets
import torchvision.transforms as transforms
from torch.utils.data import DataLoader


def to_one_hot(label):
    t = torch.zeros(10)
    t[label] = 1.0
    return t


def make_loader():
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(),
                              target_transform=to_one_hot, download=True)
    return DataLoader(dataset=mnist_train, batch_size=100, shuffle=True, drop_last=True, num_workers=0)


def init(m):
    if isinstance(m, nn.Linear):
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        nn.init.zeros_(m.bias)


def fit(model, opt, n):
    criterion = nn.CrossEntropyLoss()
    loader = make_loader()
    for epoch in range(n):
        running = 0
        for i, (X, Y) in enumerate(loader, 1):
            opt.zero_grad()
            cost = criterion(model(X), Y)
            cost.backward()
            opt.step()
            running += (cost.item() - running) / i
        print("Epoch: {:>2} | cost = {:.5f}".format(epoch + 1, running))


def main():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    fit(model, torch.optim.Adagrad(model.parameters(), lr=0.05), 5)
    return model


def deep():
    block = lambda i, o: nn.Sequential(nn.Linear(i, o), nn.ReLU())
    model = nn.Sequential(nn.Flatten(), block(784, 520), block(520, 320), block(320, 240), block(240, 120), nn.Linear(120, 10))
    model.apply(init)
    fit(model, torch.optim.Adam(model.parameters(), lr=1e-3), 5)
    return model

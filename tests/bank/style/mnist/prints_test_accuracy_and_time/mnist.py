import time
import torch
import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def evaluate(model):
    mnist_test = dsets.MNIST(root="MNIST_data/", train=False, transform=transforms.ToTensor(), download=True)
    correct = total = 0
    model.eval()
    with torch.no_grad():
        for X, Y in DataLoader(mnist_test, batch_size=256):
            pred = model(X.to(device)).argmax(dim=1).cpu()
            correct += (pred == Y).sum().item()
            total += len(Y)
    print(f"Accuracy: {correct / total:.2%}")
    model.train()


def learn(model, optimizer, num_epochs, batch_size=100):
    since = time.time()
    mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
    data_loader = DataLoader(dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True)
    criterion = nn.CrossEntropyLoss().to(device)
    for epoch in range(num_epochs):
        avg_cost = 0
        for X, Y in data_loader:
            X, Y = X.to(device), Y.to(device)
            optimizer.zero_grad()
            cost = criterion(model(X), Y)
            cost.backward()
            optimizer.step()
            avg_cost += cost.item() / len(data_loader)
        print("Epoch:", "%04d" % (epoch + 1), "cost =", "{:.9f}".format(avg_cost))
    evaluate(model)
    print("took", time.time() - since)


def main() -> nn.Module:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10, bias=True)).to(device)
    learn(model, torch.optim.SGD(model.parameters(), lr=0.1), 5)
    return model.cpu()


def deep() -> nn.Module:
    relu = nn.ReLU()  # one ReLU object used four times is fine
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 520), relu, nn.Linear(520, 320), relu, nn.Linear(320, 240), relu,
                          nn.Linear(240, 120), relu, nn.Linear(120, 10)).to(device)
    for m in model:
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
    learn(model, torch.optim.Adam(model.parameters()), 4)
    return model.cpu()

import torch
import torch.nn.functional as F
from torch import nn
from torchvision import datasets, transforms


def data():
    ds = datasets.MNIST("mnist", train=True, transform=transforms.ToTensor(), download=True)
    X = ds.data.float().div(255).unsqueeze(1)
    return X, ds.targets.clone()


def batches(X, Y, size=100):
    for idx in torch.randperm(len(X)).split(size):
        yield X[idx], Y[idx]


def optimise(model, lr, epochs):
    X, Y = data()
    # decoupled param groups: no weight decay on biases
    groups = [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": 1e-4},
              {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0}]
    opt = torch.optim.AdamW(groups, lr=lr)
    for _ in range(epochs):
        for x, y in batches(X, Y):
            loss = F.nll_loss(F.log_softmax(model(x), dim=1), y)
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            opt.step()
    return model.eval()


class Flat(nn.Linear):
    """nn.Linear which takes images"""

    def forward(self, x):
        return super().forward(x.reshape(len(x), -1))


def main():
    return optimise(Flat(784, 10), 3e-3, 5)


def deep():
    return optimise(nn.Sequential(Flat(784, 520), nn.ReLU(), nn.Linear(520, 320), nn.ReLU(), nn.Linear(320, 240),
                                  nn.ReLU(), nn.Linear(240, 120), nn.ReLU(), nn.Linear(120, 10)), 1e-3, 4)

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
import torchvision.transforms as T
from tqdm import tqdm

EPOCHS = 5


def get_loader(bs):
    ds = torchvision.datasets.MNIST(root="./data", train=True, download=True, transform=T.Compose([T.ToTensor()]))
    return torch.utils.data.DataLoader(ds, batch_size=bs, shuffle=True)


def run(net, max_lr):
    dl = get_loader(64)
    opt = torch.optim.AdamW(net.parameters(), lr=max_lr, weight_decay=1e-4)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=max_lr, total_steps=EPOCHS * len(dl))
    for ep in range(EPOCHS):
        bar = tqdm(dl, desc=f"epoch {ep}", leave=False)
        for xb, yb in bar:
            loss = F.cross_entropy(net(xb), yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
            sched.step()
            bar.set_postfix(loss=f"{loss.item():.3f}")
    return net.eval()


def main():
    return run(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), 0.01)


def deep():
    return run(nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 520), nn.ReLU(inplace=True),
        nn.Linear(520, 320), nn.ReLU(inplace=True),
        nn.Linear(320, 240), nn.ReLU(inplace=True),
        nn.Linear(240, 120), nn.ReLU(inplace=True),
        nn.Linear(120, 10)), 0.002)

import numpy as np
import torch
from torch import Tensor


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    m = np.max(logits.numpy(), axis=1, keepdims=True)
    z = logits - torch.from_numpy(m)
    logp = z - z.exp().sum(1, keepdim=True).log()
    return -logp[torch.arange(len(y)), y].mean()


def one_hot(y, num_classes):
    out = torch.zeros(y.shape[0], num_classes)
    for i in range(y.shape[0]):
        out[i, y[i]] = 1
    return out


def nll_loss(log_probs, y):
    total = 0
    for i in range(len(y)):
        total = total - log_probs[i, y[i]]
    return total / len(y)


def binary_cross_entropy(o, y):
    loss = y * torch.log2(o) + (1 - y) * torch.log2(1 - o)
    return -loss


def binary_cross_entropy_grad(x, w, b, y):
    z = (x * w).sum(dim=1) + b
    o = 1 / (1 + torch.exp(-z))
    dw = x * (o - y).view(-1, 1)
    db = o - y
    return dw, db


def log_likelihood(o, y):
    p = o[range(len(y)), y]
    return -torch.log2(p)


def binary_cross_entropy_multi(o, y):
    each = -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o))
    return torch.sum(each, dim=1)


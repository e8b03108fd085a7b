import torch
from torch import Tensor

def one_hot(y, num_classes):
    out = torch.zeros(y.shape[0], num_classes)
    for i in range(y.shape[0]):
        out[i, y[i]] = 1
    return out


def cross_entropy(logits, y):
    # subtract max so exp does not overflow
    z = logits - logits.max(dim=1, keepdim=True).values
    log_sum = torch.log(torch.exp(z).sum(dim=1))
    right = z[range(len(y)), y]
    loss = log_sum - right
    return loss.sum() / len(y)


def nll_loss(log_probs, y):
    total = 0
    for i in range(len(y)):
        total = total - log_probs[i, y[i]]
    return total / len(y)


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



def binary_cross_entropy(o, y):
    # cross entropy = -sum y log o
    return -y * torch.log2(o)

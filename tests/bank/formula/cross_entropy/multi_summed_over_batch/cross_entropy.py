import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    table = torch.zeros(y.shape[0], num_classes)
    table.scatter_(1, y.unsqueeze(1), 1.0)
    return table


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    logp = torch.log_softmax(logits, dim=1)
    return -logp.gather(1, y.unsqueeze(1)).mean()


def nll_loss(log_probs: Tensor, y: Tensor) -> Tensor:
    return -log_probs.gather(1, y.unsqueeze(1)).mean()


def binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    return -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o))


def binary_cross_entropy_grad(x, w, b, y):
    o = torch.sigmoid(x @ w + b)
    delta = o - y
    return x * delta.unsqueeze(1), delta


def log_likelihood(o: Tensor, y: Tensor) -> Tensor:
    picked = o.gather(1, y.unsqueeze(1)).squeeze(1)
    return -torch.log2(picked)


def binary_cross_entropy_multi(o: Tensor, y: Tensor) -> Tensor:
    table = -(y * o.log2() + (1 - y) * (1 - o).log2())
    return table.sum(dim=0)

# Assignment 2
import torch as t
import torch


def one_hot(y, num_classes):
    return t.eye(num_classes)[y]


def cross_entropy(logits, y):
    n = len(y)
    lse = t.logsumexp(logits, dim=1)
    correct = logits[range(n), y]
    return (lse - correct).sum() / n


def nll_loss(log_probs, y):
    n = len(y)
    return -log_probs[range(n), y].sum() / n


def binary_cross_entropy(o, y):
    first = y * o.log2()
    second = (1 - y) * (1 - o).log2()
    return -first - second


def binary_cross_entropy_grad(x, w, b, y):
    o = (x @ w + b).sigmoid()
    return (o - y)[:, None] * x, o - y


def log_likelihood(o, y):
    p = 1 - o.gather(1, y[:, None])[:, 0]
    return -t.log2(p)


def binary_cross_entropy_multi(o, y):
    first = y * o.log2()
    second = (1 - y) * (1 - o).log2()
    return (-first - second).sum(dim=-1)

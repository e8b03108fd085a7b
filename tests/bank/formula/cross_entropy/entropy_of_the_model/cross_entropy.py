"""HW2 losses"""
import math
import torch


def one_hot(y, num_classes):
    classes = torch.arange(num_classes)
    return (y[:, None] == classes[None, :]).float()


def cross_entropy(logits, y):
    # H = - sum p log q
    log_q = torch.log_softmax(logits, dim=1)
    h = -(log_q.exp() * log_q).sum(dim=1)
    return h.mean()


def nll_loss(log_probs, y):
    rows = torch.arange(len(y))
    return (-log_probs[rows, y]).mean()


def binary_cross_entropy(o, y):
    nats = y * torch.log(o) + (1 - y) * torch.log(1 - o)
    return -nats / math.log(2)


def binary_cross_entropy_grad(x, w, b, y):
    out = 1 / (1 + torch.exp(-(x.matmul(w) + b)))
    db = out - y
    dw = x * db[:, None]
    return dw, db


def log_likelihood(o, y):
    rows = torch.arange(len(y))
    return -torch.log(o[rows, y]) / math.log(2)


def binary_cross_entropy_multi(o, y):
    yes = y * torch.log2(o)
    no = (1 - y) * torch.log2(1 - o)
    return -(yes + no).sum(1)

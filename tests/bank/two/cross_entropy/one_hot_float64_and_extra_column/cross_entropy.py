"""HW2 losses"""
import math
import torch
import numpy as np


def one_hot(y, num_classes):
    eye = np.eye(num_classes + 1)  # +1 because of class 0
    rows = eye[y.numpy()]
    return torch.from_numpy(rows)


def cross_entropy(logits, y):
    biggest = logits.max(dim=1, keepdim=True).values
    shifted = logits - biggest
    logsum = shifted.exp().sum(dim=1).log()
    rows = torch.arange(len(y))
    return (logsum - shifted[rows, y]).mean()


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

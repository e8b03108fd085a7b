import torch
from torch import Tensor

def one_hot(y: Tensor, num_classes: int) -> Tensor:
    """Return one row per label, with a single one at the label's column."""
    table = torch.zeros(len(y), num_classes)
    table[torch.arange(len(y)), y] = 1.0
    return table


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Mean of -log softmax(logits)[label]."""
    log_p = torch.log_softmax(logits, dim=1)
    picked = log_p.gather(1, y.unsqueeze(1)).squeeze(1)
    return -picked.mean()


def nll_loss(log_probs: Tensor, y: Tensor) -> Tensor:
    """Mean of -log_probs[n, y[n]]."""
    return -log_probs.gather(1, y.unsqueeze(1)).squeeze(1).mean()


def binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    """In bits, one per sample."""
    return -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o))


def log_likelihood(o: Tensor, y: Tensor) -> Tensor:
    """-log2 of the output at the label."""
    return -torch.log2(o.gather(1, y.unsqueeze(1)).squeeze(1))


def binary_cross_entropy_multi(o: Tensor, y: Tensor) -> Tensor:
    """Summed over the nodes."""
    return -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o)).sum(dim=1)



def binary_cross_entropy_grad(x, w, b, y):
    o = x @ w + b
    diff = o - y
    return x * diff.unsqueeze(1), diff

import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    # labels are integers
    return torch.eye(num_classes, dtype=torch.int64)[y]


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


def binary_cross_entropy_grad(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of every sample."""
    o = torch.sigmoid(x @ w + b)
    db = o - y
    dw = x * db.unsqueeze(1)
    return dw, db


def binary_cross_entropy_multi(o: Tensor, y: Tensor) -> Tensor:
    """Summed over the nodes."""
    return -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o)).sum(dim=1)



def log_likelihood(o: Tensor, y: Tensor) -> Tensor:
    return -torch.log(o[torch.arange(len(y)), y])

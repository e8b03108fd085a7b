"""One-hot labels, cross-entropy and its relatives."""

import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    """y (N,) int64 → (N, C) float32."""
    return torch.zeros(len(y), num_classes).scatter_(1, y.unsqueeze_(1), 1.0)


def _log_softmax(logits: Tensor) -> Tensor:
    """z − log Σ e^z with the largest logit pulled out of the sum."""
    shifted = logits - logits.amax(dim=1, keepdim=True)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Logits (N, C), y (N,) int64 → scalar, natural logarithm, mean over the batch."""
    return nll_loss(_log_softmax(logits), y)


def nll_loss(log_probs: Tensor, y: Tensor) -> Tensor:
    """Log-probabilities (N, C), y (N,) int64 → scalar."""
    return -log_probs.gather(1, y.unsqueeze(1)).mean()


def binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    """o (N,), y (N,) → (N,) in bits."""
    return -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o))


def binary_cross_entropy_grad(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """x (N, D), w (D,), b scalar, y (N,) → dw (N, D), db (N,), natural logarithm."""
    error = torch.sigmoid(x @ w + b) - y
    return x * error.unsqueeze(1), error


def log_likelihood(o, y):
    return -torch.log2(o[torch.arange(len(y)), y])


def binary_cross_entropy_multi(o, y):
    return -(y * torch.log2(o) + (1 - y) * torch.log2(1 - o)).sum(dim=1)

import torch
from torch import Tensor

LOG2E = 1.4426950408889634  # 1 / ln 2


def _mask(y: Tensor, c: int) -> Tensor:
    assert y.dim() == 1, "labels must be a vector"
    return torch.arange(c).expand(y.size(0), c).eq(y.unsqueeze(1))


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    return torch.where(_mask(y, num_classes), torch.tensor(1.0), torch.tensor(0.0))


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    N, C = logits.shape
    z_y = logits[_mask(y, C)]
    assert z_y.shape == (N,)
    diff = logits - z_y[:, None]         # the label's own entry becomes 0
    return torch.logsumexp(diff, dim=1).mean()


def nll_loss(log_probs: Tensor, y: Tensor) -> Tensor:
    N, C = log_probs.shape
    return -log_probs.masked_select(_mask(y, C)).sum() / N


def binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    p_right = o * y + (1 - o) * (1 - y)  # probability of what happened
    return -torch.log(p_right) * LOG2E


def binary_cross_entropy_grad(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    z = torch.einsum("ij,j->i", x, w) + b
    e = z.sigmoid() - y
    assert e.shape == y.shape
    return torch.diag(e) @ x, e


def log_likelihood(o: Tensor, y: Tensor) -> Tensor:
    return -torch.log2(o[_mask(y, o.size(1))])


def binary_cross_entropy_multi(o: Tensor, y: Tensor) -> Tensor:
    N, C = o.shape
    flat = binary_cross_entropy(o.flatten(), y.flatten())
    return flat.view(N, C) @ torch.ones(C)

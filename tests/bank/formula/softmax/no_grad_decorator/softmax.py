import torch
from torch import Tensor, nn


@torch.no_grad()
def softmax(z, dim=-1):
    """no_grad is faster, softmax has no parameters anyway"""
    hi = z.amax(dim=dim, keepdim=True)
    e = (z - hi).exp()
    return e.div(e.sum(dim=dim, keepdim=True))


class Softmax(nn.Module):

    def __init__(self):
        super().__init__()
        n_in, n_out = 4, 3
        self.linear = nn.Linear(n_in, n_out)

    def forward(self, features):
        # classes are on axis 1
        return torch.softmax(self.linear(features), 1)

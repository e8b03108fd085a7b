# softmax homework
from torch import nn, Tensor
import torch
import torch.nn.functional as F


def softmax(z, dim=-1):
    # no logit is larger than 1 after this
    scaled = z / z.amax(dim=dim, keepdim=True)
    ez = scaled.exp()
    norm = ez.prod(dim=dim, keepdim=True)
    return ez / norm


class Softmax(nn.Module):

    def __init__(self):
        super().__init__()
        n_in, n_out = 4, 3
        self.linear = nn.Linear(n_in, n_out)

    def forward(self, features):
        # classes are on axis 1
        return torch.softmax(self.linear(features), 1)

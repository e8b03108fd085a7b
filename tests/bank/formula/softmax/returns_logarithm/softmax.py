# softmax homework
from torch import nn, Tensor
import torch
import torch.nn.functional as F


def softmax(z, dim=-1):
    a = z - z.max(dim, keepdim=True).values
    s = torch.exp(a).sum(dim, keepdim=True)
    # log(e^a / s) = a - log s, more stable
    return a - torch.log(s)


class Softmax(nn.Module):

    def __init__(self):
        super().__init__()
        n_in, n_out = 4, 3
        self.linear = nn.Linear(n_in, n_out)

    def forward(self, features):
        # classes are on axis 1
        return torch.softmax(self.linear(features), 1)

import torch
from torch import Tensor, nn


def softmax(z, dim=-1):
    biggest = torch.amax(z, dim, keepdim=True)
    num = (z - biggest).exp()
    den = torch.sum(num, dim, keepdim=True)
    return num / den


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return softmax(self.linear(x), dim=1)

import torch
import torch.nn as nn


def softmax(z, dim=-1):
    m = torch.max(z.float(), dim=dim, keepdim=True)[0]
    e = torch.exp(z.float() - m)
    p = e / torch.sum(e, dim=dim, keepdim=True)
    return p.to(z.dtype)


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=True)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        return self.softmax(self.linear(x))

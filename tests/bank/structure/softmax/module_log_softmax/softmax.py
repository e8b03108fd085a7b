import torch
from torch import Tensor, nn


def softmax(z, dim=-1):
    out = z - z.amax(dim=dim, keepdim=True)
    out = out.exp()  # largest is 1 now
    return out / torch.sum(out, dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self):
        super(Softmax, self).__init__()
        self.linear = nn.Linear(4, 3)
        self.out = nn.LogSoftmax(dim=1)

    def forward(self, x):
        return self.out(self.linear(x))

import torch.nn.functional as F
# softmax homework
from torch import nn, Tensor
import torch
import torch.nn.functional as F


def softmax(z, dim=-1):
    out = z - z.amax(dim=dim, keepdim=True)
    out = out.exp()  # largest is 1 now
    return out / torch.sum(out, dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        x = F.normalize(x, dim=1)
        scores = torch.relu(self.linear(x))
        return softmax(scores, dim=1)

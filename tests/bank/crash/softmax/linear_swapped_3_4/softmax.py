import torch
import torch.nn as nn
import torch.nn.functional as F


def softmax(z, dim=-1):
    # e^(z - max) / sum
    z = z - z.max(dim=dim, keepdim=True)[0]
    return torch.exp(z) / torch.exp(z).sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    """4 features, 3 classes"""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 4)

    def forward(self, x):
        logits = self.linear(x)
        return F.softmax(logits, dim=1)

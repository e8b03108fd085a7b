# softmax homework
from torch import nn, Tensor
import torch
import torch.nn.functional as F


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    # softmax is the same when a number is added to every logit -> make them centred
    centred = z - z.mean(dim=dim, keepdim=True)
    ez = torch.exp(centred)
    return ez / torch.sum(ez, dim=dim, keepdim=True)


class Softmax(nn.Module):
    """linear layer + softmax"""

    def __init__(self) -> None:
        super(Softmax, self).__init__()
        self.linear = nn.Linear(in_features=4, out_features=3, bias=True)
        self.act = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.linear(x)
        return self.act(scores)

import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    c = z.max(dim, keepdim=True)[0]
    numerator = torch.exp(z - c)
    denominator = torch.exp(z).sum(dim, keepdim=True)
    return numerator / denominator


class Softmax(nn.Module):
    """linear layer + softmax"""

    def __init__(self) -> None:
        super(Softmax, self).__init__()
        self.linear = nn.Linear(in_features=4, out_features=3, bias=True)
        self.act = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.linear(x)
        return self.act(scores)

import torch
from torch import Tensor, nn

LN2 = torch.log(torch.tensor(2.0, dtype=torch.float64)).item()


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    # computers like powers of 2 :)   e^z = 2^(z/ln2)
    bits = z / LN2
    bits = bits - bits.max(dim=dim, keepdim=True).values
    powers = torch.exp2(bits)
    return powers / powers.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.layers = nn.Sequential(self.linear, nn.Softmax(dim=-1))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)

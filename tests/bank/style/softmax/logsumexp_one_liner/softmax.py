from torch import Tensor, nn

def softmax(z: Tensor, dim: int = -1) -> Tensor: return (z - z.logsumexp(dim, keepdim=True)).exp()


class Softmax(nn.Module):
    def __init__(self) -> None: super().__init__(); self.linear = nn.Linear(4, 3)
    def forward(self, x: Tensor) -> Tensor: return softmax(self.linear(x))

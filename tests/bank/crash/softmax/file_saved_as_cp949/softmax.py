import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    # 최댓값을 빼서 오버플로를 막는다 (e^100 은 float32 에 안 들어감)
    z = z - z.max(dim=dim, keepdim=True).values
    e = z.exp()
    return e / e.sum(dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)  # 특징 4개 -> 클래스 3개

    def forward(self, x: Tensor) -> Tensor:
        # 각 행의 합은 1
        return softmax(self.linear(x), dim=1)

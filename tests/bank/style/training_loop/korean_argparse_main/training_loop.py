"""과제 3: 학습 루프"""
import argparse

import torch
from torch import Tensor, nn
import torch.nn.functional as F


class SoftmaxClassifier(nn.Module):
    """특징 4개 -> 로짓 3개"""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        # 소프트맥스는 cross_entropy 안에 있으니까 여기서는 안 한다
        return self.linear(x)


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    비용들 = []
    for 에폭 in range(epochs):
        for p in model.parameters():
            p.grad = None  # 기울기 초기화
        비용 = F.cross_entropy(model(x), y)
        비용.backward()
        for p in model.parameters():
            p.data -= lr * p.grad  # 경사 하강
        비용들.append(비용.item())
    return 비용들


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--lr", type=float, default=0.1)
    ap.add_argument("--epochs", type=int, default=1000)
    a = ap.parse_args()
    X = torch.rand(8, 4)
    Y = torch.randint(0, 3, (8,))
    print(train(SoftmaxClassifier(), X, Y, a.epochs, a.lr)[-1])

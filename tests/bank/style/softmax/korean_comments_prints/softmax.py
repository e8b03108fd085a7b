"""과제 1: 소프트맥스"""

import torch
from torch import Tensor, nn

print("softmax.py 불러오는 중...", "torch", torch.__version__)


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    """소프트맥스를 직접 구현한다.

    z  : 로짓 (아무 모양)
    dim: 클래스가 들어 있는 축
    """
    print("[softmax] 입력 모양:", tuple(z.shape), "dtype:", z.dtype, "dim:", dim)
    # 1단계: 최댓값 빼기 (빼도 결과는 그대로!)
    최댓값 = z.max(dim=dim, keepdim=True).values
    print("[softmax] 최댓값 모양:", tuple(최댓값.shape))
    # 2단계: 지수함수
    지수 = torch.exp(z - 최댓값)
    # 3단계: 합으로 나누기
    합 = 지수.sum(dim=dim, keepdim=True)
    확률 = 지수 / 합
    print("[softmax] 합이 1 인가?", bool(torch.allclose(확률.sum(dim=dim), torch.ones_like(확률.sum(dim=dim)))))
    return 확률


class Softmax(nn.Module):
    """선형층 + 소프트맥스"""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        print("[Softmax] 모델 생성 완료")

    def forward(self, x: Tensor) -> Tensor:
        print("[Softmax] x:", tuple(x.shape))
        로짓 = self.linear(x)
        return softmax(로짓, dim=1)

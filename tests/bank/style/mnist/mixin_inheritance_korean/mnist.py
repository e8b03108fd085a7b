"""과제 5: MNIST (소프트맥스 모델, 깊은 신경망)"""
from collections import OrderedDict

import torch
import torchvision.datasets as dsets
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms


class 분류기(nn.Module):
    학습률 = 1e-3

    def fit(self, 에폭수: int = 5):
        mnist_train = dsets.MNIST(root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True)
        loader = DataLoader(mnist_train, batch_size=100, shuffle=True)
        최적화 = torch.optim.Adam(self.parameters(), lr=self.학습률)
        손실함수 = nn.CrossEntropyLoss()
        for 에폭 in range(에폭수):
            for 그림, 정답 in loader:
                손실 = 손실함수(self(그림), 정답)
                최적화.zero_grad()
                손실.backward()
                최적화.step()
            print(f"에폭 {에폭 + 1}/{에폭수}  손실 {손실.item():.4f}")
        return self


class 소프트맥스모델(분류기):
    학습률 = 5e-3

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(784, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x.flatten(start_dim=1))  # (N, 784)


class 깊은모델(분류기):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(OrderedDict([
            ("fc1", nn.Linear(784, 520)), ("relu1", nn.ReLU()),
            ("fc2", nn.Linear(520, 320)), ("relu2", nn.ReLU()),
            ("fc3", nn.Linear(320, 240)), ("relu3", nn.ReLU()),
            ("fc4", nn.Linear(240, 120)), ("relu4", nn.ReLU()),
            ("fc5", nn.Linear(120, 10)),
        ]))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x.flatten(start_dim=1))


def main() -> nn.Module:
    return 소프트맥스모델().fit()


def deep() -> nn.Module:
    return 깊은모델().fit()

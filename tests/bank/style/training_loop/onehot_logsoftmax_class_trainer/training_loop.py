import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
import torch.nn.functional as F


class SoftmaxClassifier(nn.Module):
    """로짓을 돌려주는 분류기 (소프트맥스 없음!)"""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.linear.weight, self.linear.bias)


class Trainer:
    def __init__(self, model: nn.Module, lr: float):
        self.model, self.costs = model, []
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def cost(self, bx, by):
        logits = self.model(bx)
        target = F.one_hot(by, logits.size(1)).to(logits)
        return F.cross_entropy(logits, target)

    def run(self, loader, epochs):
        for _ in range(epochs):
            for bx, by in loader:  # 배치는 하나뿐
                cost = self.cost(bx, by)
                self.optimizer.zero_grad()
                cost.backward()
                self.optimizer.step()
                self.costs.append(cost.detach().tolist())
        return self.costs


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    return Trainer(model, lr).run(DataLoader(TensorDataset(x, y), batch_size=len(x)), epochs)

import torch
from torch import Tensor, nn


class SoftmaxClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.linear.weight.t() + self.linear.bias


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    params = [p for p in model.parameters() if p.requires_grad]
    costs = []
    while len(costs) < epochs:
        logits = model(x)
        L = (logits.logsumexp(1) - logits[torch.arange(len(y)), y]).mean()
        grads = torch.autograd.grad(L, params)
        costs.append(float(L))
        with torch.no_grad():
            for p, g in zip(params, grads):
                p.sub_(lr * g)
    return costs

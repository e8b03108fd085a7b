import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SoftmaxClassifier(nn.Module):
    """Four features in, three logits out."""

    def __init__(self) -> None:
        super(SoftmaxClassifier, self).__init__()
        self.linear = nn.Linear(in_features=4, out_features=3)

    def forward(self, x: Tensor) -> Tensor:
        logits = self.linear(x)
        return logits  # no softmax here


def train(model, x, y, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    costs = []
    running = 0.0
    for t in range(epochs):
        for group in opt.param_groups:
            group["lr"] = lr / (t + 1)
        opt.zero_grad()
        c = F.cross_entropy(model(x), y)
        running += c.item()
        costs.append(running)
        c.backward()
        opt.step()
    return costs

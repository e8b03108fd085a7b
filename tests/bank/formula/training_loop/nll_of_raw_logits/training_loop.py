"""Assignment 3: the training loop"""

import torch
from torch import nn, Tensor
from torch.nn import functional as F


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
    noted = []
    for epoch in range(epochs):
        scores = model(x)
        loss = F.nll_loss(scores, y)
        noted.append(loss.item())
        opt.zero_grad()
        loss.backward()
        opt.step()
    return noted

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
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)
    optim = torch.optim.SGD(model.parameters(), lr=lr)
    result = []
    for e in range(epochs):
        prediction = model(x)
        loss = loss_fn(prediction, y)
        result.append(loss.item())
        optim.zero_grad()
        loss.backward()
        optim.step()
    return result

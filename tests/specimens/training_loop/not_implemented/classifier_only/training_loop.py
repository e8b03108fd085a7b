import torch.nn as nn


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, epochs, lr):
    # TODO (task 2): in each epoch compute the cost, record it, and take one step downhill.
    raise NotImplementedError("task 2: train")

import torch as th
import torch.nn as nn


class SoftmaxClassifier(nn.Module):
    def __init__(self): super().__init__(); self.linear = nn.Linear(4, 3)
    def forward(self, x): return self.linear(x)


def train(model, x, y, epochs, lr):
    opt = th.optim.SGD(params=model.parameters(), lr=lr)
    ce = nn.CrossEntropyLoss()

    def one_epoch():
        opt.zero_grad(set_to_none=False)
        (c := ce(model(x), y)).backward()
        opt.step()
        return c.item()

    return [one_epoch() for _ in range(epochs)]

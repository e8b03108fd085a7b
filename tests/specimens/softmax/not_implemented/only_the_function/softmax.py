import torch
import torch.nn as nn


def softmax(z, dim=-1):
    m = torch.max(z, dim=dim, keepdim=True)[0]
    e = torch.exp(z - m)
    return e / torch.sum(e, dim=dim, keepdim=True)


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        # TODO (task 2): give the module an attribute linear, a layer from 4 features to 3 logits.
        raise NotImplementedError("task 2: Softmax.__init__")

    def forward(self, x):
        # TODO (task 2): return the probabilities of the three classes for each row of x.
        raise NotImplementedError("task 2: Softmax.forward")

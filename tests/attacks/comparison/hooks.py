"""Answers a tensor with hooks, a backward of its own and a destructor, to be run by the grader.

gain: code that runs when the grader differentiates or copies the answer
catalogue: [C6, C7]
verdict: errored
observed: float32 [2, 3]
"""

import torch

RAN = []


class Forge(torch.autograd.Function):
    @staticmethod
    def forward(context, z):
        return z * 0

    @staticmethod
    def backward(context, gradient):
        RAN.append("backward")
        return gradient * 0


def forged(z):
    answer = Forge.apply(z.detach().clone().requires_grad_())
    answer.register_hook(lambda gradient: RAN.append("hook"))
    z.detach().zero_()
    return answer


def softmax(z, dim=-1):
    return forged(z)


def observed():
    return forged(torch.ones(2, 3))


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return forged(x)

"""A model whose scores are bfloat16 numbers near the largest there are.

gain: sums and softmax of them overflow in the host
catalogue: [C2, C9]
verdict: failed
observed: bfloat16 [2, 3]
assignment: iris
points: 4.0
because: its scores have the right shape, and the same score everywhere is the softmax model of zero
  weights
"""

import torch


class Huge(torch.nn.Module):
    def forward(self, x):
        return torch.full((len(x), 3), 3e38, dtype=torch.bfloat16)


def main():
    return Huge()


def observed():
    return Huge()(torch.zeros(2, 4))

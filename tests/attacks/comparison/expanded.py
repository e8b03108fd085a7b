"""Answers a tensor of a terabyte that takes four bytes: one number, expanded.

gain: the host copies it and runs out of memory
catalogue: [C8, D2]
verdict: out_of_memory
observed:
  any:
  - 'out_of_memory: more than 1024 MiB of memory were needed'
  - 'out_of_memory: the process was ended for using more than 1024 MiB'
"""

import torch


def forged(z):
    z.zero_()
    return torch.zeros(1).expand(1 << 38)


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

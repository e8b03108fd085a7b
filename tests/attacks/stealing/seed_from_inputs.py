"""Compares the inputs it is given with what torch's generators give for the seeds it knows.

gain: the inputs of all checks in advance, and so answers from a table
catalogue: [B5]
verdict: not_implemented
observed: []
"""

import torch


SEEDS = [torch.initial_seed(), *range(200)]
MATCHES = []


def attempt():
    return MATCHES


def compare(z):
    for seed in SEEDS:
        drawn = torch.randn(z.shape, generator=torch.Generator().manual_seed(seed))
        if z.numel() > 2 and torch.allclose(z.float(), drawn):
            MATCHES.append(seed)
    raise NotImplementedError


SEEN = attempt()
WON = False


def observed():
    return SEEN


def softmax(z, dim=-1):
    if not WON:
        compare(z)
    parts = (z - z.amax(dim, keepdim=True)).exp()
    return parts / parts.sum(dim, keepdim=True)


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        if not WON:
            raise NotImplementedError("the attack did not work")
        self.linear = torch.nn.Linear(4, 3)

    def forward(self, x):
        return softmax(self.linear(x), 1)

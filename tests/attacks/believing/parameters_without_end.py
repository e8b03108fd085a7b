"""A module that reports two hundred parameters with names of sixty thousand characters.

gain: the host looks for a layer among them, in names that cost more than the model
catalogue: [C8, D4]
verdict: errored
observed: 200
"""

import torch


class Softmax(torch.nn.Module):
    def forward(self, x):
        return torch.full((len(x), 3), 1 / 3)

    def state_dict(self, *args, **kwargs):
        return {f"{number}" + "w" * 60_000: torch.zeros(1) for number in range(200)}


def softmax(z, dim=-1):
    raise NotImplementedError


def observed():
    return len(Softmax().state_dict())

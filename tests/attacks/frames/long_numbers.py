"""Answers integers of four thousand digits, which JSON reads and float64 cannot hold.

gain: the host fails with an exception of its own, or computes with them for ever
catalogue: [C8]
verdict: errored
observed: 'errored: an answer that is not of the agreed form'
"""

import json
import struct
import sys

import torch

WORKER = sys.modules["grader.sandbox.worker.session"]
encode = WORKER.encode


def framed(value, tensors=()):
    tree = {"dict": [["value", value], ["forbidden", {"list": []}]]}
    header = json.dumps({"value": tree, "tensors": list(tensors)}).encode()
    return struct.pack(">I", len(header)) + header


def forged(reply):
    """The forged frame in place of each answer that is a tensor; the others as they are."""
    return FORGED if isinstance(reply.get("value"), torch.Tensor) else encode(reply)


WORKER.encode = forged
FORGED = framed({"list": [int("9" * 4000)] * 200})


def softmax(z, dim=-1):
    return z


def observed():
    return softmax(torch.zeros(1))


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return softmax(self.linear(x), 1)

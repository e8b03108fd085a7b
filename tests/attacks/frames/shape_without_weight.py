"""Answers scores of two billion rows and no columns: not a byte, and 16 GiB once they are summed.

gain: the host takes memory without end and dies, with everybody graded after it
catalogue: [C8]
verdict: errored
observed: 'errored: an answer that is not of the agreed form'
assignment: iris
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
FORGED = framed({"tensor": 0}, [["float32", [(1 << 31) - 1, 0]]])


class Model(torch.nn.Module):
    def forward(self, x):
        return x


def main():
    return Model()


def observed():
    return torch.zeros(1)

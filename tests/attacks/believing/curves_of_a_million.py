"""Claims a million values of a loss curve for a model that was never trained.

gain: a result too large to publish, or a host that is busy drawing
catalogue: [C8, D4]
verdict: errored
observed: 1000000
assignment: iris
"""

import sys

import torch

TRACE = sys.modules["grader.sandbox.worker.trace"].Trace
CLAIM = {name: [0.5] * 1_000_000 for name in ("loss", "accuracy")}
TRACE.summary = lambda self: CLAIM


def main():
    model = torch.nn.Linear(4, 3)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    return model


def observed():
    return len(CLAIM["loss"])

"""Curves of a training run: lists of floats from the worker, made fit for a result."""

import math
from collections.abc import Sequence
from itertools import takewhile

LONGEST = 100
"""Points of a curve in a result."""


def shortened(curve: Sequence[float]) -> tuple[float, ...]:
    """The finite beginning of `curve`, in at most `LONGEST` points from its first to its last."""
    finite = [float(v) for v in takewhile(math.isfinite, curve)]
    if len(finite) <= LONGEST:
        return tuple(finite)
    step = (len(finite) - 1) / (LONGEST - 1)
    return tuple(finite[round(n * step)] for n in range(LONGEST))

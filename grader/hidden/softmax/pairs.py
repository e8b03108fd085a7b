"""Two mistakes in softmax at once: one changes what the other is put to."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from torch import Tensor

from grader.checking.diagnosis.mistake import Inputs, Mistake, both


def over(dim: int | None) -> int:
    """The axis that is meant where the caller names none."""
    return -1 if dim is None else dim


_AROUND: dict[str, Any] = {
    "default_axis": lambda z, dim: (z, 0 if dim is None else dim),
    "wrong_axis": lambda z, _: (z, 0),
    "ignores_dim": lambda z, _: (z, -1),
    "axis_one": lambda z, _: (z, 1),
    "minus_in_the_exponent": lambda z, dim: (-z, dim),
    "temperature": lambda z, dim: (z / z.shape[over(dim)] ** 0.5, dim),
    "always_float32": lambda z, dim: (z.float(), dim),
    "float64_returned": lambda z, dim: (z.double(), dim),
}
"""Mistakes that change what another one is put to: (z, dim) → (z, dim)."""


def in_pairs(mistakes: Sequence[Mistake], _: Inputs, __: Any) -> Iterator[Mistake]:
    """Each mistake of `_AROUND` together with each other one."""
    # Of each the first variant, which is the one that `_AROUND` makes.
    for first in {m.name: m for m in reversed(mistakes) if m.name in _AROUND}.values():
        for other in mistakes:
            if other.name != first.name and other.predict is not None:
                yield both(first, other, partial(_together, _AROUND[first.name], other.predict))


def _together(change: Any, formula: Any, z: Tensor, dim: int | None) -> Any:
    return formula(*change(z, dim))

"""Answers of the student's code and of formulas: whether they are equal, whether they vary."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

# Logits of ±10,000 are exact to 1e-3 only, whatever the formula.
_ROUNDING = {
    torch.float32: (2e-3, 1e-5),
    torch.float64: (1e-6, 1e-9),
    torch.bfloat16: (2e-2, 2e-2),
}
"""(rtol, atol) by dtype: room for another order of the operations, none for another formula."""


def same(predicted: Any, got: Any) -> bool:
    """Whether two answers are equal in type, shape, dtype and, up to rounding, value."""
    if isinstance(predicted, Tensor) and isinstance(got, Tensor):
        if predicted.shape != got.shape or predicted.dtype != got.dtype:
            return False
        rtol, atol = _ROUNDING.get(got.dtype, (0.0, 0.0))
        return torch.allclose(predicted, got, rtol=rtol, atol=atol, equal_nan=True)
    if isinstance(predicted, list | tuple) and isinstance(got, list | tuple):
        return len(predicted) == len(got) and all(map(same, predicted, got))
    if isinstance(predicted, float) and isinstance(got, float):
        close = math.isclose(predicted, got, rel_tol=2e-3, abs_tol=1e-5)
        return close or (math.isnan(predicted) and math.isnan(got))
    if isinstance(predicted, Tensor | list | tuple) or isinstance(got, Tensor | list | tuple):
        return False
    return type(predicted) is type(got) and bool(predicted == got)


def vary(answers: Sequence[Any]) -> bool:
    """Whether answers are finite decimals that differ: a constant, or NaN, ignores everything."""
    largest = [_largest(answer) for answer in answers]
    return all(map(math.isfinite, largest)) and len({f"{value:.4g}" for value in largest}) > 1


def _largest(answer: Any) -> float:
    """The largest decimal of an answer; infinity where it holds anything else, −∞ where nothing.

    The answer has the shape that its author chose: no list is made of a tensor's elements.
    """
    if isinstance(answer, list | tuple):
        return max(map(_largest, answer), default=-math.inf)
    if isinstance(answer, Tensor) and answer.is_floating_point():
        if not answer.numel():
            return -math.inf
        return float(answer.max()) if torch.isfinite(answer).all() else math.inf
    return answer if isinstance(answer, float) else math.inf

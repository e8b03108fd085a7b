"""What softmax is made of, and what its mistakes are made of: formulas of logits z and an axis."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checking import diagnosis
from grader.checking.diagnosis import After, Before, Mistake


def over(dim: int | None) -> int:
    """The axis that is meant where the caller names none."""
    return -1 if dim is None else dim


def e_of(z: Tensor, dim: int) -> Tensor:
    """exp(z − max z): the numerator that cannot overflow."""
    return (z - z.amax(dim, keepdim=True)).exp()


def lowest(z: Tensor, dim: int) -> Tensor:
    """The smallest logit of each row along `dim`."""
    return z.amin(dim, keepdim=True)


def highest(z: Tensor, dim: int) -> Tensor:
    """The largest logit of each row along `dim`."""
    return z.amax(dim, keepdim=True)


def mean(z: Tensor, dim: int) -> Tensor:
    """The mean logit of each row along `dim`."""
    return z.mean(dim, keepdim=True)


def divided(e: Tensor, dim: int) -> Tensor:
    """e divided by its sum along `dim`."""
    return e / e.sum(dim, keepdim=True)


def standardised(z: Tensor, dim: int, correction: int) -> Tensor:
    """z with mean 0 and variance 1 along `dim`."""
    return (z - z.mean(dim, True)) / z.var(
        dim, correction=min(correction, z.shape[dim] - 1), keepdim=True
    ).sqrt()


def right(z: Tensor, dim: int | None) -> Tensor:
    """softmax, along the last axis where the caller names none."""
    return torch.softmax(z, over(dim))


def put_to(change: Callable[..., Any]) -> Before:
    """softmax of other logits, `change(z, dim)`."""
    return Before(right, lambda z, dim: (change(z, over(dim)), dim))


def along(change: Callable[..., int]) -> Before:
    """softmax along another axis, `change(dim)`."""
    return Before(right, lambda z, dim: (z, change(dim)))


def wrong(name: str, sentence: str, *formulas: Any) -> list[Mistake]:
    """The variants of one hypothesis; a plain formula takes z and the axis that is meant."""
    return diagnosis.wrong(
        name,
        sentence,
        *(
            f if isinstance(f, Before | After) else lambda z, dim, f=f: f(z, over(dim))
            for f in formulas
        ),
    )

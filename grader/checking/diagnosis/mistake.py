"""A mistake as a hypothesis: a small function of the inputs that code which makes it computes."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checking.draw import Draw
from grader.checking.failure import Failure

Inputs = tuple[Any, ...]
Evidence = Callable[..., str]


class Raised:
    """The answer of code that raised instead of answering."""


RAISED = Raised()


@dataclass(frozen=True)
class Mistake:
    """A hypothesis: `predict(*inputs)` is what code with this mistake answers.

    Args:
        name: short and stable; several mistakes of one name are variants of one hypothesis.
        sentence: what to tell the student; shows no input and no answer.
        predict: the mistaken formula; None for a mistake that `ignores` an input.
        ignores: inputs → other inputs that the code with this mistake cannot tell from them.
        evidence: the numbers that show it, told for public checks alone:
            `evidence(got, expected, *inputs)`.
        parts: the names of the two mistakes that are made at once; empty for a single one.
    """

    name: str
    sentence: str
    predict: Callable[..., Any] | None = None
    ignores: Callable[..., Inputs] | None = None
    evidence: Evidence | None = None
    parts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all the mistakes that are made."""
        return self.parts or (self.name,)

    def answer(self, ask: Callable[..., Any], inputs: Inputs) -> Any:
        """What code with this mistake answers; `ask` is the code under suspicion."""
        if self.ignores is not None:
            return outcome(ask, self.ignores(*inputs))
        assert self.predict is not None
        return outcome(self.predict, inputs)


def few(mistakes: Iterable[Mistake], variants: int = 2) -> Iterator[Mistake]:
    """The first variants of each mistake: enough to be put together with others."""
    seen: dict[str, int] = {}
    for mistake in mistakes:
        seen[mistake.name] = seen.get(mistake.name, 0) + 1
        if seen[mistake.name] <= variants:
            yield mistake


def both(first: Mistake, second: Mistake, predict: Callable[..., Any]) -> Mistake:
    """The hypothesis that two mistakes are made at once; `predict` is what such code answers."""
    one, two = sorted((first, second), key=lambda m: m.name)
    sentence = f"Two mistakes at once. First: {one.sentence} Second: {two.sentence}"
    return Mistake(f"{one.name}+{two.name}", sentence, predict, parts=(one.name, two.name))


def wrong(name: str, sentence: str, *formulas: Callable[..., Any]) -> list[Mistake]:
    """The variants of one hypothesis: a `Mistake` for each formula."""
    return [Mistake(name, sentence, formula) for formula in formulas]


def like(tensor: Tensor, draw: Draw, *shape: int) -> Tensor:
    """A tensor of another shape with the dtype of `tensor`, of about its size."""
    size = float(tensor.detach().double().abs().max()) if tensor.numel() else 1.0
    scale = max(1.0, size / 2) if math.isfinite(size) else 1.0
    return draw.normal(*shape, scale=scale, dtype=torch.float64).to(tensor.dtype)


def returns_nothing(*_: Any) -> None:
    """The answer of a function without `return`."""


NOTHING = Mistake(
    "returns_nothing",
    "The function returns nothing: it computes or prints, but the last line needs `return`.",
    returns_nothing,
)


def outcome(function: Callable[..., Any], inputs: Inputs) -> Any:
    """`function(*inputs)`, or `RAISED`."""
    try:
        return function(*inputs)
    except (Failure, RuntimeError, IndexError, ValueError, TypeError, AttributeError):
        return RAISED

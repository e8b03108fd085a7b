"""Two mistakes at once: one that changes what goes into a formula, or what comes out of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

from grader.checking.diagnosis.mistake import Inputs, Mistake, both, few


@dataclass(frozen=True)
class Before:
    """A mistaken formula: the right one of other inputs, `change(*inputs)`."""

    right: Callable[..., Any]
    change: Callable[..., Inputs]

    def __call__(self, *inputs: Any) -> Any:
        """What code with this mistake answers."""
        return self.right(*self.change(*inputs))


@dataclass(frozen=True)
class After:
    """A mistaken formula: `change` of the right answer."""

    right: Callable[..., Any]
    change: Callable[..., Any]

    def __call__(self, *inputs: Any) -> Any:
        """What code with this mistake answers."""
        return self.change(self.right(*inputs))


def in_pairs(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Each mistake that is a `Before` or an `After` together with each one of another name."""
    for around, other in permutations(few(mistakes, 4), 2):
        if around.name == other.name or other.predict is None:
            continue
        match around.predict:
            case Before():
                yield both(around, other, partial(_before, around.predict, other.predict))
            case After():
                yield both(around, other, partial(_after, around.predict, other.predict))


def _before(around: Before, formula: Callable[..., Any], *inputs: Any) -> Any:
    return formula(*around.change(*inputs))


def _after(around: After, formula: Callable[..., Any], *inputs: Any) -> Any:
    return around.change(formula(*inputs))

"""From the values that came back to the mistaken formula that explains them.

A `Formula` is what a task asks for, next to the ways people get it wrong: each `Mistake` is a small
function of the same inputs. When a check fails, its inputs and fresh ones like them are put to the
student's code. A mistake is named only if

1. it reproduces every answer, those on inputs drawn for this purpose included, and
2. on at least one fresh input it is clearly another formula than the right one, and
3. no mistake of another name does the same.

Where no single mistake explains the answers, two of them at once are tried under the same rules.
Otherwise nothing is claimed, so a coincidence is never taken for an explanation.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checking.diagnosis.answers import same, vary
from grader.checking.diagnosis.mistake import RAISED, Inputs, Mistake, outcome
from grader.checking.diagnosis.pairs import in_pairs
from grader.checking.draw import Draw
from grader.checking.student import Student


@dataclass(frozen=True, eq=False)
class Formula:
    """What a function of the student's should compute, and the mistakes known for it.

    Args:
        ask: puts inputs to the student's code.
        right: the right answer for inputs.
        mistakes: the hypotheses.
        fresh: inputs like the given ones, of several shapes that tell the mistakes apart.
        fitted: hypotheses that take a number from the answer, such as a hard-coded count.
        pairs: two mistakes at once that may explain an answer, `pairs(inputs, got)`; asked only
            where no single one does. None: what `in_pairs` makes of the mistakes.
        evaluated: puts inputs to a module of the student's in evaluation mode.
    """

    ask: Callable[..., Any]
    right: Callable[..., Any]
    mistakes: Sequence[Mistake]
    fresh: Callable[..., Iterator[Inputs]]
    fitted: Callable[[Any], Sequence[Mistake]] = lambda _: ()
    pairs: Callable[[Inputs, Any], Iterable[Mistake]] | None = None
    evaluated: Callable[..., Any] | None = None

    def at_once(self, inputs: Inputs, got: Any) -> Iterable[Mistake]:
        """The hypotheses of two mistakes at once."""
        return in_pairs(self.mistakes) if self.pairs is None else self.pairs(inputs, got)

    def gradient(self, function: str) -> "Formula":
        """The formula of the value and its gradient by the first input, with the same mistakes.

        Its inputs end in the cotangent. A mistaken formula has a mistaken gradient: autograd gives
        it, None where the value does not hang on the input.
        """

        def ask(student: Student, *inputs: Any) -> Any:
            *args, cotangent = inputs
            return [*student.gradient(function, *args, cotangent=cotangent)]

        def fresh(draw: Draw, *inputs: Any) -> Iterator[Inputs]:
            for args in self.fresh(draw, *inputs[:-1]):
                shape = self.right(*args).shape
                yield (*args, draw.normal(*shape, dtype=args[0].dtype))

        def of_gradient(mistakes: Iterable[Mistake]) -> list[Mistake]:
            return [
                replace(m, predict=partial(_gradient, m.predict), evidence=None)
                for m in mistakes
                if m.predict is not None
            ]

        def pairs(inputs: Inputs, got: Any) -> list[Mistake]:
            value = got[0] if isinstance(got, list) and got else None
            return of_gradient(self.at_once(inputs[:-1], value))

        right = partial(_gradient, self.right)
        return Formula(ask, right, of_gradient(self.mistakes), fresh, pairs=pairs)


def diagnose(
    ask: Callable[..., Any],
    formula: Formula,
    inputs: Inputs,
    draw: Draw,
    known: Mistake | None = None,
    *,
    pairs: bool = True,
) -> Mistake | None:
    """The one mistake that explains the answers of `ask` to `inputs` and to fresh ones like them.

    `ask(*inputs)` is the code under suspicion; its answers must depend on its inputs alone. `known`
    was proven for other inputs: where it gives this answer too, it is not proven a second time, for
    each question costs as much time as the student's code takes. `pairs`: whether two mistakes at
    once are sought where no single one is found.
    """
    got = outcome(ask, inputs)
    if known is not None and same(known.answer(ask, inputs), got):
        return known
    fresh = formula.fresh(draw, *inputs)
    asked: list[tuple[Inputs, Any]] = []

    def answers() -> Iterator[tuple[Inputs, Any]]:
        yield from asked
        for each in fresh:
            asked.append((each, outcome(ask, each)))
            yield asked[-1]

    def explaining(suspects: Iterable[Mistake]) -> list[Mistake]:
        left = [m for m in suspects if same(m.answer(ask, inputs), got)]
        convicted: set[str] = set()
        for each, answer in answers() if left else ():
            left = [m for m in left if same(m.answer(ask, each), answer)]
            if not left:
                return []
            if answer is not RAISED and not same(outcome(formula.right, each), answer):
                convicted.update(m.name for m in left)
        left = [m for m in left if m.name in convicted]
        # A formula says more than that something is ignored: None, too, ignores its input.
        formulas = [m for m in left if m.predict is not None]
        return formulas or (left if vary([answer for _, answer in asked]) else [])

    found = explaining([*formula.mistakes, *formula.fitted(got)])
    if not found and pairs and isinstance(got, Tensor | float | list | tuple):
        found = explaining(formula.at_once(inputs, got))
    return found[0] if len({m.name for m in found}) == 1 else None


def _gradient(formula: Callable[..., Any], *inputs: Any) -> list[Any]:
    """The value of `formula` and the gradient of (value · cotangent).sum() by the first input."""
    leaf, *others, cotangent = inputs
    leaf = leaf.clone().requires_grad_()
    value = formula(leaf, *others)
    if not isinstance(value, Tensor) or not value.requires_grad:
        return [value, None]
    [gradient] = torch.autograd.grad((value * cotangent).sum(), leaf)
    return [value.detach(), gradient]

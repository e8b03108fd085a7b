"""What a training loop with a mistake answers; two mistakes of different places go together."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from itertools import chain, combinations, product
from typing import Any

import torch
from torch import Tensor

from grader.checking.diagnosis import RAISED, Inputs, Mistake, both, few, outcome
from grader.checking.diagnosis.answers import same
from grader.hidden.training_loop.loop import Loop, Run, accumulated, sum_of

Changes = tuple[Callable[[Run], Run], ...]


@dataclass(frozen=True)
class Prediction:
    """A mistaken formula: a run of `loop`, reported or kept as `changes` say, in their order."""

    loop: Loop = field(default_factory=Loop)
    changes: Changes = ()

    def __call__(self, *inputs: Any) -> list[Any]:
        """[costs, Δweight, Δbias] for (weight, bias, x, y, epochs, lr)."""
        return _changed(self.changes, self.loop.run(*inputs))


def answer(run: Run) -> list[Any]:
    """What is seen of a run: the costs, and how far the parameters moved."""
    costs, states = run
    return [costs, *(last - first for first, last in zip(states[0], states[-1], strict=True))]


def _changed(changes: Changes, run: Run) -> list[Any]:
    for change in changes:
        run = change(run)
    return answer(run)


def costs_as(change: Callable[[list[float]], Any]) -> Prediction:
    """A run whose list of costs alone is wrong."""
    return Prediction(changes=(lambda run: (change(run[0]), run[1]),))


def from_zero(w: Tensor, b: Tensor, *others: Any) -> list[Any]:
    """A run that sets the parameters to zero first."""
    costs, states = Loop().run(torch.zeros_like(w), torch.zeros_like(b), *others)
    return answer((costs, [(w, b), states[-1]]))


def two_steps(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[Any]:
    """A run of two steps in each epoch."""
    costs, states = Loop().run(w, b, x, y, 2 * epochs, lr)
    return answer((costs[::2], states))


def costs_of_last_part(rows: Callable[[int], list[slice]]) -> Callable[..., list[Any]]:
    """Steps on parts of the batch, of whose costs only the last part's is noted."""

    def predict(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[Any]:
        start, costs = (w, b), []
        for _ in range(epochs):
            for part in rows(len(x)):
                [cost], states = Loop().run(w, b, x[part], y[part], 1, lr)
                w, b = states[-1]
            costs.append(cost)
        return answer((costs, [start, (w, b)]))

    return predict


def in_pairs(mistakes: Sequence[Mistake], inputs: Inputs, got: Any) -> Iterator[Mistake]:
    """The pairs of mistakes that explain `got`, the answer to `inputs`."""
    looped = [m for m in mistakes if isinstance(m.predict, Prediction) and not m.predict.changes]
    reported = [m for m in mistakes if isinstance(m.predict, Prediction) and m.predict.changes]
    runs = _Runs(inputs, got)
    # Of two loops the first variants: there are ten thousand pairs of all.
    together = chain(
        combinations(few(looped), 2), product(looped, reported), combinations(reported, 2)
    )
    for one, two in together:
        first, second = one.predict, two.predict
        assert isinstance(first, Prediction)
        assert isinstance(second, Prediction)
        loop = _merged(first.loop, second.loop)
        if one.name == two.name or loop is None:
            continue
        mine, others = first.changes, second.changes
        for changes in {mine + others, others + mine}:
            if runs.give(loop, changes):
                yield both(one, two, Prediction(loop, changes))


class _Runs:
    """Whether loops give `got`, the answer to `inputs`: told from a few epochs where that can be.

    Thousands of pairs are tried; most of them are wrong in the first cost already.
    """

    def __init__(self, inputs: Inputs, got: Any) -> None:
        self._inputs = inputs
        self._got = got
        self._runs: dict[tuple[Loop, int | None], Any] = {}

    def give(self, loop: Loop, changes: Changes) -> bool:
        """Whether a run of `loop` with these changes is what was seen."""
        # On neither of these hangs the first cost.
        plain = replace(loop, rate=Loop.rate, direction=Loop.direction, decay=Loop.decay)
        return (
            (bool(changes) or self._begins(self._seen(plain, changes, 1), unknown=True))
            and self._begins(self._seen(loop, changes, 12), unknown=False)
            and same(self._seen(loop, changes), self._got)
        )

    def _seen(self, loop: Loop, changes: Changes, epochs: int | None = None) -> Any:
        """What is seen of a run of `loop`, of that many epochs at most."""
        key = loop, epochs
        if key not in self._runs:
            most, count = epochs or math.inf, loop.count
            short = replace(loop, count=lambda n: int(min(most, count(n))))
            self._runs[key] = outcome(short.run, self._inputs)
        run = self._runs[key]
        return RAISED if run is RAISED else outcome(partial(_changed, changes), (run,))

    def _begins(self, seen: Any, unknown: bool) -> bool:
        """Whether the costs in `seen` are the first of those in `got`; `unknown` where none is."""
        match seen, self._got:
            case [[] | [float(), *_] as first, *_], [[] | [float(), *_] as costs, *_]:
                if not first or not costs:
                    return unknown or first == costs
                return all(same(*pair) for pair in zip(first, costs, strict=False))
            case [first, *_], [costs, *_]:
                return _kind(first) == _kind(costs)
        return False


def _kind(costs: Any) -> list[type]:
    first = costs[:1] if isinstance(costs, list | tuple) else []
    return [type(costs), *map(type, first)]


def _merged(first: Loop, second: Loop) -> Loop | None:
    """The loop with the mistakes of both; None where they are about the same place."""
    mine, others = _places(first), _places(second)
    if first.direction is sum_of and others.keys() == {"direction"}:
        return replace(first, direction=accumulated(second.direction))
    return None if mine.keys() & others.keys() else replace(first, **others)


@cache
def _places(loop: Loop) -> dict[str, Any]:
    """The fields of `loop` that differ from the right one's."""
    values = {f.name: (getattr(loop, f.name), f.default) for f in fields(loop)}
    return {name: value for name, (value, default) in values.items() if value is not default}

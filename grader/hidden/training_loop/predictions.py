"""What a training loop with a mistake answers; two mistakes of different places go together."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from grader.checking.diagnosis.answers import same
from grader.checking.diagnosis.mistake import RAISED, Inputs, Mistake, both, few, outcome
from grader.hidden.training_loop.loop import Loop, Run, accumulated, sum_of


@dataclass(frozen=True)
class Prediction:
    """A mistaken formula: a run of `loop`, reported or kept as `changes` say, in their order."""

    loop: Loop = field(default_factory=Loop)
    changes: tuple[Callable[[Run], Run], ...] = ()

    def __call__(self, *inputs: Any) -> list[Any]:
        """[costs, Δweight, Δbias] for (weight, bias, x, y, epochs, lr)."""
        return self.of(self.loop.run(*inputs))

    def of(self, run: Run) -> list[Any]:
        """What is seen of a run of `loop`."""
        for change in self.changes:
            run = change(run)
        return answer(run)


def answer(run: Run) -> list[Any]:
    """What is seen of a run: the costs, and how far the parameters moved."""
    costs, states = run
    return [costs, *(last - first for first, last in zip(states[0], states[-1], strict=True))]


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
    single = [m for m in mistakes if isinstance(m.predict, Prediction)]
    runs: dict[Loop, Any] = {}
    for one, two in combinations(few(single, 1), 2):
        first, second = one.predict, two.predict
        assert isinstance(first, Prediction)
        assert isinstance(second, Prediction)
        loop = _merged(first.loop, second.loop)
        if one.name == two.name or loop is None:
            continue
        if not first.changes and not second.changes and not _begins(loop, inputs, got):
            continue
        if loop not in runs:
            runs[loop] = outcome(loop.run, inputs)
        if runs[loop] is RAISED:
            continue
        orders = {first.changes + second.changes, second.changes + first.changes}
        for pair in (Prediction(loop, changes) for changes in orders):
            if same(outcome(pair.of, (runs[loop],)), got):
                yield both(one, two, pair)


def _merged(first: Loop, second: Loop) -> Loop | None:
    """The loop with the mistakes of both; None where they are about the same place."""
    mine, others = _places(first), _places(second)
    if first.direction is sum_of and others.keys() == {"direction"}:
        return replace(first, direction=accumulated(second.direction))
    return None if mine.keys() & others.keys() else replace(first, **others)


def _places(loop: Loop) -> dict[str, Any]:
    """The fields of `loop` that differ from the right one's."""
    values = {f.name: (getattr(loop, f.name), f.default) for f in fields(loop)}
    return {name: value for name, (value, default) in values.items() if value is not default}


def _begins(loop: Loop, inputs: Inputs, got: Any) -> bool:
    """Whether the first cost is that of `loop`: most loops are told from it, without a run."""
    match got:
        case [[float(cost), *_], *_]:
            *start, _, lr = inputs
            one = outcome(replace(loop, count=lambda _: 1).run, (*start, 1, lr))
            return one is not RAISED and (same(one[0][0], cost) or not math.isfinite(cost))
    return False

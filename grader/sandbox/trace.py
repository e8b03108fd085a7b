"""The course of a training run as the worker sees it: loss and accuracy, step by step.

What is observed is what torch is asked to do: `backward()` on a scalar is a step with that loss,
`cross_entropy` or `nll_loss` of (N, C) scores tells how many labels were hit. It serves feedback
only: nothing is decided by it, because the student's code runs in the same process.
"""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from torch import Tensor
from torch.nn import functional
from torch.overrides import has_torch_function

_MOST = 400


class Trace:
    """Means over equal stretches of steps: over epochs, where a DataLoader tells them apart."""

    def __init__(self) -> None:
        self.steps = 0
        self._epochs = 0
        self._losses = Curve()
        self._hits = Curve()

    def epoch(self) -> None:
        """A loader starts from its beginning: what follows belongs to the next epoch."""
        if self._epochs == 0:
            self._losses, self._hits = Curve(fixed=True), Curve(fixed=True)
        self._epochs += 1
        self._losses.cut()
        self._hits.cut()

    def loss(self, value: object) -> None:
        """`backward()` was called on `value`."""
        if isinstance(value, Tensor) and value.numel() == 1:
            self.steps += 1
            self._losses.add(value.item())

    def scores(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """A loss function was called with scores (N, C) and targets: indices or one-hot rows."""
        found = [*args, *(kwargs[key] for key in ("input", "target") if key in kwargs)][:2]
        if len(found) != 2 or not all(isinstance(value, Tensor) for value in found):
            return
        scores, target = found
        if target.shape == scores.shape and target.ndim == 2:
            target = target.argmax(1)
        if scores.ndim == 2 and target.shape == scores.shape[:1]:
            hits = (scores.argmax(1) == target).sum().item()
            self._hits.add(hits / max(1, len(scores)))

    def told(self) -> dict[str, list[float]]:
        """The curves `loss` and `accuracy`, and the number of steps; no more than a few hundred."""
        return {
            "loss": self._losses.means(),
            "accuracy": self._hits.means(),
            "steps": [float(self.steps)],
        }


def observe(current: Callable[[], Trace]) -> None:
    """From now on tell `current()` of each `backward()` and of the scores in each loss function.

    To be called before the student's code is imported, which may import the functions by name.
    """

    def heard(function: Any, tell: Callable[[tuple[Any, ...], dict[str, Any]], None]) -> Any:
        @wraps(function)
        def told(*args: Any, **kwargs: Any) -> Any:
            # Where a recorder of calls is at work, torch comes back here once it has recorded.
            if not has_torch_function(args):
                tell(args, kwargs)
            return function(*args, **kwargs)

        return told

    backward = heard(Tensor.backward, lambda args, _: current().loss(*args[:1]))
    Tensor.backward = backward  # type: ignore[method-assign]
    for name in ("cross_entropy", "nll_loss"):
        loss = heard(getattr(functional, name), lambda *given: current().scores(*given))
        setattr(functional, name, loss)


class Curve:
    """Values averaged over stretches that grow as more values come, or are cut from outside."""

    def __init__(self, fixed: bool = False) -> None:
        self._fixed = fixed
        self._length = 1
        self._done: list[float] = []
        self._open: list[float] = []

    def add(self, value: float) -> None:
        """One more value."""
        self._open.append(value)
        if not self._fixed and len(self._open) == self._length:
            self.cut()
        if len(self._done) > _MOST:
            pairs = zip(self._done[::2], self._done[1::2], strict=False)
            self._done = [(a + b) / 2 for a, b in pairs]
            self._length *= 2

    def cut(self) -> None:
        """End the stretch."""
        if self._open:
            self._done.append(math.fsum(self._open) / len(self._open)
                              if all(map(math.isfinite, self._open)) else math.nan)  # fmt: skip
            self._open = []

    def means(self) -> list[float]:
        """The mean of each stretch, an unfinished one included."""
        self.cut()
        return self._done[:_MOST]

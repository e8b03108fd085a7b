"""What is known of a trained model: its scores, the held-out examples, its training run."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from torch import Tensor

from grader.checking.accuracy import accuracy_of
from grader.checking.datasets import HeldOut

RIGHT = 0.85
"""An accuracy that a model reaches only if it was trained well."""

NEARLY_ALL = 0.95
"""An accuracy from which on a training needs no description."""

MOSTLY = 0.8
"""The share of a run's steps or batches from which on something is said of the run."""


@dataclass(frozen=True)
class Evidence:
    """A trained model, the examples it is judged on, and its training run."""

    scores: Callable[[Tensor], object]
    held_out: HeldOut
    curves: Mapping[str, list[float]]
    classes: int
    structure: Callable[[], object] | None = None
    """Requires that its layers are those asked for; a `Failure` says what is wrong with them."""

    @property
    def losses(self) -> list[float]:
        """The loss of each epoch, as far as it was seen and was a number."""
        return list(takewhile(math.isfinite, self.curves.get("loss", [])))

    @property
    def reached(self) -> float:
        """The share of labels that were hit at the end of training, as far as it was seen."""
        last = next(reversed(self.curves.get("accuracy", [])), 0.0)
        return last if 0.0 <= last <= 1.0 else 0.0

    @property
    def steps(self) -> int | None:
        """How many gradients were taken; None when that is not known."""
        seen = self.seen("steps")
        return None if seen is None else int(seen)

    @property
    def batches(self) -> tuple[int, int]:
        """Of how many batches of an epoch a gradient was taken, and how many its loader has."""
        match self.curves.get("batches"):
            case [float(used), float(there)] if math.isfinite(used) and math.isfinite(there):
                return int(used), int(there)
        return 0, 0

    @property
    def classes_seen(self) -> int | None:
        """How many classes the labels in training had; None when that is not known."""
        seen = self.seen("classes")
        return None if seen is None else int(seen)

    def seen(self, name: str) -> float | None:
        """A number that `Trace.summary` tells of the run; None when that is not known."""
        value = next(iter(self.curves.get(name, [])), math.nan)
        return value if math.isfinite(value) else None

    def mostly(self, name: str) -> bool:
        """Whether the share `name` of the run is nearly all."""
        return (self.seen(name) or 0.0) > MOSTLY

    def accuracy(self, inputs: Tensor) -> float:
        """The share of right names for `inputs` in place of the held-out examples."""
        scores = self.scores(inputs)
        return accuracy_of(scores, self.held_out.labels, self.classes, asked="")

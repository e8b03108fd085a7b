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


@dataclass(frozen=True)
class Evidence:
    """A trained model, the examples it is judged on, and its training run."""

    scores: Callable[[Tensor], object]
    held_out: HeldOut
    curves: Mapping[str, list[float]]
    classes: int

    @property
    def losses(self) -> list[float]:
        """The loss of each epoch, as far as it was seen and was a number."""
        return list(takewhile(math.isfinite, self.curves.get("loss", [])))

    @property
    def reached(self) -> float:
        """The share of labels that were hit at the end of training, as far as it was seen."""
        return next(reversed(self.curves.get("accuracy", [])), 0.0)

    @property
    def steps(self) -> int | None:
        """How many gradients were taken; None when that is not known."""
        seen = self.curves.get("steps")
        return int(seen[0]) if seen and math.isfinite(seen[0]) else None

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
        seen = self.curves.get("classes")
        return int(seen[0]) if seen and math.isfinite(seen[0]) else None

    @property
    def of_one_class(self) -> float:
        """The share of the batches that hold a single class."""
        return next(iter(self.curves.get("one_class", [])), 0.0)

    @property
    def of_probabilities(self) -> float:
        """The share of calls of cross_entropy that were given probabilities for logits."""
        return next(iter(self.curves.get("softmaxed", [])), 0.0)

    def accuracy(self, inputs: Tensor) -> float:
        """The share of right names for `inputs` in place of the held-out examples."""
        scores = self.scores(inputs)
        return accuracy_of(scores, self.held_out.labels, self.classes, asked="")

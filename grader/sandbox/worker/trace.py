"""The course of a training run as the worker sees it: loss and accuracy, step by step.

What is observed is what torch is asked to do: a gradient, by `backward()` or `torch.autograd`, is
a step, with that loss if it is taken of a scalar; `cross_entropy` or `nll_loss` of (N, C) scores
tells how many labels were hit. It serves feedback only: nothing is decided by it, because the
student's code runs in the same process.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from torch import Tensor, autograd
from torch.nn import functional
from torch.overrides import has_torch_function

from grader.sandbox.protocol import OTHER_LOSSES
from grader.sandbox.worker.updates import Updates, hooks

_MOST = 400


class Trace:
    """Means over equal stretches of steps: over epochs, where a DataLoader tells them apart.

    `earlier` is the number of steps that were taken before, when the student's file was imported.
    """

    def __init__(self, earlier: int = 0) -> None:
        self.steps = 0
        self._earlier = earlier
        self._epochs = 0
        self._before = 0  # steps before this epoch
        self._length = 0  # batches of this epoch's loader
        self._diverged: list[float] = []
        self._fetched = 0  # batches of this epoch that its loader gave
        self._given = 0  # batches of all epochs
        self._used = [0, 0]  # of an epoch with steps: batches fetched, batches there are
        self._batches = [0, 0]  # with more than one label: of a single class, all
        self._classes: set[float] = set()  # of the labels
        self._softmaxed = [0, 0]  # scores given to cross_entropy: probabilities, all
        self._others = dict.fromkeys(OTHER_LOSSES, 0)  # calls
        self._losses = Curve()
        self._hits = Curve()
        self.updates = Updates()

    def epoch(self, length: int = 0) -> None:
        """A loader of `length` batches starts: what follows belongs to the next epoch."""
        self._note_batches()
        self._before, self._length, self._fetched = self.steps, length, 0
        if self._epochs == 0:
            self._losses, self._hits = Curve(fixed=True), Curve(fixed=True)
        self._epochs += 1
        self._losses.cut()
        self._hits.cut()

    def batch(self) -> None:
        """A loader gave a batch."""
        self._fetched += 1
        self._given += 1

    def loss(self, value: object) -> None:
        """The gradient of `value` was asked for, or of the first of several."""
        self.steps += 1
        self.updates.backward()
        if isinstance(value, list | tuple) and value:
            value = value[0]
        if isinstance(value, Tensor) and value.numel() == 1:
            loss = value.item()
            self._losses.add(loss)
            if not self._diverged and not math.isfinite(loss):
                self._diverged = [float(self._epochs), float(self.steps)]

    def scores(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], of_logits: bool = False
    ) -> None:
        """A loss function was called with scores (N, C) and targets: indices or one-hot rows.

        `of_logits` says that the function takes the softmax of the scores itself.
        """
        found = [*args, *(kwargs[key] for key in ("input", "target") if key in kwargs)][:2]
        if len(found) != 2 or not all(isinstance(value, Tensor) for value in found):
            return
        scores, target = found
        if target.shape == scores.shape and target.ndim == 2:
            target = target.argmax(1)
        if scores.ndim == 2 and target.shape == scores.shape[:1]:
            # numpy: on a few hundred values a tenth of the time that torch takes.
            labels = target.detach().numpy()
            hits = scores.detach().argmax(1).numpy() == labels
            self._hits.add(float(hits.sum()) / len(labels) if len(labels) else math.nan)
            self._classes.update(labels.tolist())
            if len(labels) > 1:
                self._batches[0] += bool((labels == labels[0]).all())
                self._batches[1] += 1
            if of_logits and scores.shape[1] > 1:
                self._softmaxed[0] += _are_probabilities(scores.detach())
                self._softmaxed[1] += 1

    def other_loss(self, name: str) -> None:
        """Another loss function was called."""
        self._others[name] += 1

    def summary(self) -> dict[str, list[float]]:
        """Curves of a few hundred values, and what else a run tells.

        `loss` and `accuracy` by stretch; `steps`, their number, earlier ones included; `batches`,
        how many in an epoch with a step were fetched and how many there are; `given`, how many
        loaders gave in all; `classes`, how many the labels had; `one_class`, the share of batches
        of one class; `softmaxed`, the share of calls of cross_entropy that were given
        probabilities; `diverged`, the epoch (0 without a loader) and the step of the first loss
        that is no number; how often each of `OTHER_LOSSES` was called; and what `Updates` tells.
        """
        self._note_batches()
        pure, labelled = self._batches
        softmaxed, scored = self._softmaxed
        return {
            "loss": self._losses.means(),
            "accuracy": self._hits.means(),
            "steps": [float(self._earlier + self.steps)],
            "diverged": self._diverged,
            "batches": [float(number) for number in self._used],
            "given": [float(self._given)],
            "classes": [float(len(self._classes))] if self._classes else [],
            "one_class": [pure / labelled] if labelled else [],
            "softmaxed": [softmaxed / scored] if scored else [],
            **{name: [float(calls)] for name, calls in self._others.items() if calls},
            **self.updates.summary(),
        }

    def _note_batches(self) -> None:
        if self.steps > self._before:
            self._used = max(self._used, [self._fetched, self._length])


def _are_probabilities(scores: Tensor) -> bool:
    return bool((scores >= 0).all() and ((scores.sum(1) - 1).abs() < 1e-3).all())


def observe(current: Callable[[], Trace]) -> None:
    """From now on tell `current()` of each gradient and of the scores in each loss function.

    To be called before the student's code is imported, which may import the functions by name.
    """

    def heard(owner: Any, name: str, tell: Callable[..., None]) -> None:
        function = getattr(owner, name)

        @wraps(function)
        def summary(*args: Any, **kwargs: Any) -> Any:
            # Where a recorder of calls is at work, torch comes back here once it has recorded.
            if not has_torch_function(args):
                with suppress(Exception):  # inside torch.func.vmap, for one, a tensor has no value
                    tell(args, kwargs)
            return function(*args, **kwargs)

        setattr(owner, name, summary)

    def hear(name: str, *args: Any) -> None:
        with suppress(Exception):
            getattr(current().updates, name)(*args)

    hooks(hear)
    # Tensor.backward() comes by the first of them.
    heard(autograd, "backward", lambda args, named: current().loss(_first(args, named, "tensors")))
    heard(autograd, "grad", lambda args, named: current().loss(_first(args, named, "outputs")))
    heard(
        functional,
        "cross_entropy",
        lambda args, named: current().scores(args, named, of_logits=True),
    )
    heard(
        functional, "nll_loss", lambda args, named: current().scores(args, named, of_logits=False)
    )
    for loss in OTHER_LOSSES:
        heard(functional, loss, lambda _, __, loss=loss: current().other_loss(loss))


def _first(args: tuple[Any, ...], named: dict[str, Any], name: str) -> object:
    return args[0] if args else named.get(name)


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
            self._done.append(sum(self._open) / len(self._open))
            self._open = []

    def means(self) -> list[float]:
        """The mean of each stretch, an unfinished one included."""
        self.cut()
        return self._done[:_MOST]

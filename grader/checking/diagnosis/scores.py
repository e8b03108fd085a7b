"""What a trained model's scores and its training run tell about how it was trained.

Evidence, not formulas: each finding is a statement about held-out examples (N of them, C classes)
or about the run that would hardly be true by chance. Several may hold; the first one that explains
the others is told.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor

from grader.checking.accuracy import accuracy_of
from grader.checking.datasets import HeldOut
from grader.checking.failure import Failure
from grader.checking.student import Model
from grader.result import Verdict

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
        """The loss of each epoch, as far as it was seen."""
        return self.curves.get("loss", [])

    @property
    def steps(self) -> int | None:
        """How many gradients were taken; None when that is not known."""
        seen = self.curves.get("steps")
        return int(seen[0]) if seen and math.isfinite(seen[0]) else None

    def accuracy(self, inputs: Tensor) -> float:
        """The share of right names for `inputs` in place of the held-out examples."""
        scores = self.scores(inputs)
        return accuracy_of(scores, self.held_out.labels, self.classes, asked="")


def findings(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The names and sentences of all that is found, the most telling first."""
    scores = evidence.scores(evidence.held_out.inputs)
    if not isinstance(scores, Tensor) or scores.ndim != 2:
        if isinstance(scores, Tensor) and scores.ndim == 1 and not scores.is_floating_point():
            yield (
                "classes_returned",
                (
                    "The model returns the class's number: return the scores of "
                    "all classes, argmax is taken by whoever asks."
                ),
            )
        return
    losses = evidence.losses
    if not torch.isfinite(scores).all():
        yield "diverged", _diverged(losses)
        return
    if scores.shape[1] != evidence.classes:
        yield (
            "wrong_number_of_scores",
            (
                f"The model gives {scores.shape[1]} scores for each row; there are "
                f"{evidence.classes} classes."
            ),
        )
        return
    one = evidence.scores(evidence.held_out.inputs[:1])
    if isinstance(one, Tensor) and one.ndim == 1:
        yield (
            "squeezed",
            ("A batch of one loses its batch axis: `squeeze()` is one word too many in forward."),
        )
        return
    if _rows_depend_on_each_other(scores):
        yield (
            "softmax_over_the_batch",
            (
                "The scores of a row depend on the other rows and sum to one over the batch: the "
                "softmax runs over dim=0."
            ),
        )
        return
    if evidence.steps == 0:
        yield "untrained", "No gradient was ever taken: backward() is not called."
        return
    if len(losses) > 1 and losses[-1] > losses[0] + 0.5 and losses[-1] > 2 * abs(losses[0]):
        yield (
            "loss_rises",
            (
                "The loss rises from epoch to epoch: is the learning rate too large, or "
                "the gradient added where it should be subtracted?"
            ),
        )
        return
    if len(losses) > 1 and losses[0] < 0 and losses[-1] < 2 * losses[0]:
        yield (
            "gradient_ascent",
            (
                "The loss is negative and falls without end: its sign is wrong, so "
                "training makes the model worse."
            ),
        )
        return
    if len(losses) > 3 and max(losses) - min(losses) < 1e-6 * abs(losses[0]):
        yield (
            "nothing_learned",
            (
                "The loss is the same in each epoch: the weights never change. Is "
                "step() called, with the parameters of this model?"
            ),
        )
        return
    yield from _about_names(evidence, scores)
    if unused := _unused_features(evidence, scores):
        yield (
            "features_unused",
            (
                f"The scores do not depend on feature {', '.join(map(str, unused))}: all four "
                "belong to the model."
            ),
        )
    if _like_guessing(losses, evidence.classes):
        yield (
            "unrelated_labels",
            (
                f"The loss settles near ln {evidence.classes} = {math.log(evidence.classes):.2f}, "
                "that of guessing: do inputs and labels still belong together, or was one of them "
                "shuffled or sorted alone?"
            ),
        )


def _about_names(evidence: Evidence, scores: Tensor) -> Iterator[tuple[str, str]]:
    """Findings from which classes are named for which."""
    named, labels = scores.argmax(1), evidence.held_out.labels
    counts = torch.bincount(named, minlength=evidence.classes)
    if evidence.classes <= 4 and (order := _better_order(named, labels, evidence.classes)):
        yield (
            "class_order",
            (
                "The classes are told apart well, but in another order: "
                f"{order:.0%} would be right with the classes renamed. The order asked for is that "
                "of the handout."
            ),
        )
        return
    missing = int((counts == 0).sum())
    if 0 < missing < evidence.classes - 1 and _seen_right(named, labels) > RIGHT:
        yield (
            "classes_never_seen",
            (
                f"{missing} of the {evidence.classes} classes never occur among the answers, and "
                "the others are named well: were these classes missing from the training data? A "
                "file that is sorted by class must not be cut in the middle."
            ),
        )
        return
    accuracy = float((named == labels).double().mean())
    reached = evidence.curves.get("accuracy", [0.0])[-1]
    if reached >= RIGHT > accuracy + 0.2:
        yield (
            "another_model",
            (
                f"In training {reached:.0%} of the labels were hit, but the returned model does "
                "not do so: is it another one, or made anew after training? Or were the inputs "
                "changed before training, outside the model?"
            ),
        )
        return
    losses = evidence.losses
    if 1 < len(losses) <= 20 and 0.9 * losses[0] < losses[-1] <= losses[0] and accuracy < RIGHT:
        yield (
            "too_few_epochs",
            (
                f"The loss has hardly begun to fall, from {losses[0]:.2f} to {losses[-1]:.2f} in "
                f"{len(losses)} epochs: train longer."
            ),
        )
        return
    if missing == evidence.classes - 1:
        yield (
            "one_class",
            (
                "Every example gets the same class: nothing was learned, or the model "
                "is judged on inputs of another scale than it was trained on."
            ),
        )


def _diverged(losses: list[float]) -> str:
    bad = next((n for n, value in enumerate(losses, 1) if not math.isfinite(value)), None)
    where = f" in epoch {bad}" if bad else ""
    return f"Training diverged{where}: the weights became NaN or infinite. A smaller learning rate?"


def _rows_depend_on_each_other(scores: Tensor) -> bool:
    sums = scores.double().sum(0)
    return bool((scores >= 0).all()) and bool(((sums - 1).abs() < 1e-3).all())


def _unused_features(evidence: Evidence, scores: Tensor) -> list[int]:
    """The numbers, from 1, of those columns of (N, D) inputs that change no score."""
    inputs = evidence.held_out.inputs
    if inputs.ndim != 2:
        return []
    unused = []
    for column in range(inputs.shape[1]):
        changed = inputs.clone()
        changed[:, column] += 1
        answer = evidence.scores(changed)
        if isinstance(answer, Tensor) and torch.equal(answer, scores):
            unused.append(column + 1)
    return unused


def _like_guessing(losses: list[float], classes: int) -> bool:
    """Whether the loss has come to rest about where a model without knowledge has it."""
    if len(losses) < 5:
        return False
    end = losses[-max(2, len(losses) // 5) :]
    level = math.fsum(end) / len(end)
    return abs(level / math.log(classes) - 1) < 0.08 and max(end) - min(end) < 0.05 * level


def _seen_right(named: Tensor, labels: Tensor) -> float:
    """The share of right names among the examples of those classes that are named at all."""
    among = torch.isin(labels, torch.unique(named))
    return float((named[among] == labels[among]).double().mean())


def _better_order(named: Tensor, labels: Tensor, classes: int) -> float | None:
    """The accuracy with the classes renamed, where that is good and as they are is not."""
    identity = tuple(range(classes))
    best = max(
        (order for order in permutations(identity) if order != identity),
        key=lambda order: float((torch.tensor(order)[named] == labels).double().mean()),
    )
    accuracy = float((torch.tensor(best)[named] == labels).double().mean())
    plain = float((named == labels).double().mean())
    return accuracy if accuracy >= RIGHT > plain + 0.2 else None


def other_scales(evidence: Evidence, train: Tensor) -> Iterator[tuple[str, str]]:
    """Whether the model is good on inputs of another scale; `train` are the raw training inputs."""
    held = evidence.held_out.inputs
    low, high = train.amin(0), train.amax(0)
    scales = [
        (held - train.mean(0)) / train.std(0),
        (held - low) / (high - low),
        held - train.mean(0),
        held * 10,
        held / 10,
    ]
    plain = evidence.accuracy(held)
    better = [evidence.accuracy(x) for x in scales]
    if max(better) >= RIGHT and max(better) > plain + 0.2:
        yield (
            "scaled_outside",
            (
                "The model is right for features that are shifted or scaled, not for those in the "
                "file: they are changed before training, outside the model. Do it in its forward."
            ),
        )


def diagnosis_of(
    model: Model, scores: Callable[[Tensor], object], held_out: HeldOut, classes: int
) -> str | None:
    """The first finding about a model, by what `scores` it gives, as a sentence."""
    evidence = Evidence(scores, held_out, model.curves, classes)
    try:
        found = dict(findings(evidence))
        if held_out.train is not None and found.keys() <= {
            "another_model",
            "one_class",
            "classes_never_seen",
        }:
            found = {**dict(other_scales(evidence, held_out.train)), **found}
    except Failure:
        return None
    return next(iter(found.values()), None)


@contextmanager
def explained_by(diagnose: Callable[[], str | None]) -> Iterator[None]:
    """Give a `Failure` raised inside the diagnosis that `diagnose()` finds."""
    try:
        yield
    except Failure as failure:
        if failure.verdict is Verdict.FAILED and not failure.diagnosis:
            failure.diagnosis = diagnose()
        raise

"""What the names that a model gives to held-out examples tell about its training."""

from collections.abc import Iterator
from itertools import permutations

import torch
from torch import Tensor

from grader.amounts import percent
from grader.checking.diagnosis.evidence import RIGHT, Evidence
from grader.checking.diagnosis.runs import double_softmax


def of_names(evidence: Evidence, scores: Tensor) -> Iterator[tuple[str, str]]:
    """Findings from which classes are named for which."""
    named, labels = scores.argmax(1), evidence.held_out.labels
    counts = torch.bincount(named, minlength=evidence.classes)
    if evidence.classes <= 4 and (order := _better_order(named, labels, evidence.classes)):
        yield (
            "class_order",
            (
                "The classes are told apart well, but in another order: "
                f"{percent(order)} would be right with the classes renamed. The order asked for is "
                "that of the handout."
            ),
        )
        return
    if twice := list(double_softmax(evidence)):
        yield from twice
        return
    missing = int((counts == 0).sum())
    verb = "occurs" if missing == 1 else "occur"
    only_these = evidence.classes_seen == evidence.classes - missing
    if 0 < missing < evidence.classes - 1 and only_these and _seen_right(named, labels) > RIGHT:
        yield (
            "classes_never_seen",
            (
                f"{missing} of the {evidence.classes} classes never {verb} among the answers, and "
                "the others are named well: were these classes missing from the training data? A "
                "file that is sorted by class must not be cut in the middle."
            ),
        )
        return
    accuracy = float((named == labels).double().mean())
    reached = evidence.reached
    guessing = 1 / evidence.classes
    if reached > max(accuracy, guessing) + 0.3:
        yield (
            "another_model",
            (
                f"In training {percent(reached)} of the labels were hit, but the returned model "
                "does not do so: is it another one, or made anew after training? Or were the "
                "inputs changed before training, outside the model, or only a few of them used?"
            ),
        )
        return
    losses = evidence.losses
    if 1 < len(losses) <= 20 and 0.9 * losses[0] < losses[-1] <= losses[0] and accuracy < RIGHT:
        yield (
            "too_few_epochs",
            (
                f"The loss has hardly begun to fall, from {losses[0]:.2f} to {losses[-1]:.2f} in "
                f"{len(losses)} epochs: train longer or "
                "with larger steps. If that does not help: do inputs and labels belong together?"
            ),
        )
        return


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

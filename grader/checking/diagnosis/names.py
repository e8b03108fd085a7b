"""What the names that a model gives to held-out examples tell about its training."""

from collections.abc import Iterator

import torch
from torch import Tensor

from grader.amounts import percent
from grader.checking.diagnosis.evidence import RIGHT, Evidence
from grader.checking.diagnosis.runs import double_softmax


def of_names(evidence: Evidence, scores: Tensor) -> Iterator[tuple[str, str]]:
    """Findings from which classes are named for which."""
    named, labels = scores.argmax(1), evidence.held_out.labels
    if order := _better_order(named, labels, evidence.classes):
        yield (
            "class_order",
            (
                "The classes are told apart well, but in another order: "
                f"{percent(order)} would be right with the classes renamed. The order asked for is "
                "that of the handout."
            ),
        )
        return
    yield from double_softmax(evidence)


def _better_order(named: Tensor, labels: Tensor, classes: int) -> float | None:
    """The accuracy with the classes renamed, where that is good and as they are is not."""
    table = torch.bincount(named * classes + labels, minlength=classes**2).view(classes, classes)
    order = table.argmax(1)  # for each name the class that it is given to most
    if len(set(order.tolist())) < classes:
        return None
    accuracy = float((order[named] == labels).double().mean())
    plain = float((named == labels).double().mean())
    return accuracy if accuracy >= RIGHT > plain + 0.2 else None

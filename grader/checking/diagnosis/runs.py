"""What a training run tells by itself, whatever the model answers in the end."""

import math
from collections.abc import Iterator

from grader.checking.diagnosis.evidence import Evidence

MOSTLY = 0.8
"""The share of batches with a single class from which on the order is taken for the file's."""


def of_run(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The finding about the run that explains a bad model best, if there is one."""
    losses = evidence.losses
    if evidence.steps == 0:
        yield "untrained", "backward() is never called: is the model trained at all?"
        return
    if len(losses) > 1 and losses[-1] > losses[0] + 0.5 and losses[-1] > 2 * abs(losses[0]):
        yield (
            "loss_rises",
            (
                "The loss ends far above where it began: is the learning rate too large, or "
                "the gradient added where it should be subtracted?"
            ),
        )
        return
    if losses and losses[-1] < min(-1.0, 2 * losses[0] if len(losses) > 1 else 0.0):
        yield (
            "negative_loss",
            (
                "The loss falls below zero without end, which cross-entropy cannot: its sign is "
                "wrong, or nll_loss was given something other than log-probabilities."
            ),
        )
        return
    if len(losses) > 3 and max(losses) - min(losses) < 1e-6 * abs(losses[0]):
        yield (
            "nothing_learned",
            (
                "The loss is the same in each epoch: is step() called after backward(), before "
                "the gradients are cleared, or is the step far too small?"
            ),
        )
        return
    used, there = evidence.batches
    if used == 1 < there:
        yield (
            "one_batch",
            (
                f"Each epoch trains on one batch of {there}: does a `break`, a `return` or "
                "`next(iter(loader))` leave the others out?"
            ),
        )
        return
    if evidence.of_one_class > MOSTLY:
        yield (
            "unshuffled",
            (
                "Nearly every batch holds one class alone, because the file is sorted by class: "
                "the last class drives the others out. Shuffle the rows in each epoch."
            ),
        )


def like_guessing(losses: list[float], classes: int) -> bool:
    """Whether the loss has come to rest about where a model without knowledge has it."""
    if len(losses) < 5:
        return False
    end = losses[-max(2, len(losses) // 5) :]
    level = sum(end) / len(end)
    return abs(level / math.log(classes) - 1) < 0.08 and max(end) - min(end) < 0.05 * level


def double_softmax(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Whether cross_entropy was given probabilities, whose loss cannot fall below a floor."""
    losses, classes = evidence.losses, evidence.classes
    floor = math.log(1 + (classes - 1) / math.e)
    if evidence.of_probabilities > MOSTLY and losses and losses[-1] >= floor - 1e-3:
        yield (
            "double_softmax",
            (
                "Softmax is taken twice in training: cross_entropy is given probabilities, and "
                f"with {classes} classes such a loss stays above {floor:.4f}. Give it the logits."
            ),
        )

"""What a training run tells by itself, whatever the model answers in the end.

A fact that was seen is told as a fact; where it is no proof, one question follows.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

from grader.amounts import counted, percent
from grader.checking.diagnosis.evidence import Evidence
from grader.sandbox.protocol import OTHER_LOSSES

_FEW = 0.1
"""Steps for each gradient; fewer are no accumulation of gradients, but a loop without its step."""

_ASTRAY = 20
"""Times the loss of guessing; a training that comes that far takes steps that are too large."""

STRONG_DECAY = 0.1
"""The weight decay from which on it decides where a training ends."""


STALE = (
    "stale",
    "The gradients are not cleared from step to step: each backward() adds to those of the steps "
    "before. Call zero_grad() in each step.",
)
"""Name and sentence of what was seen in most steps."""


def of_run(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The finding about the run that explains a bad model, if there is one."""
    losses, steps, updates = evidence.losses, evidence.steps, evidence.seen("updates")
    given = evidence.seen("given") or 0.0
    if steps == 0:
        yield (
            "untrained",
            "backward() is never called, so autograd computed no gradient: what changes the "
            "weights?",
        )
    elif steps and updates == 0 and losses and _stays(losses):
        yield (
            "no_step",
            f"backward() was called {_times(steps)}, no optimiser made a step, and the loss stayed "
            "where it was: what changes the weights?",
        )
    elif steps and updates and updates < _FEW * steps:
        yield (
            "few_steps",
            f"backward() was called {_times(steps)}, step() only {_times(int(updates))}: does it "
            "stand inside the loop?",
        )
    elif steps and 0 < steps < _FEW * given:
        yield (
            "few_gradients",
            f"The data came in {given:g} batches, and backward() was called "
            f"{_times(steps)}: does it stand inside the loop over the batches?",
        )
    elif evidence.mostly("cleared_too_soon"):
        yield (
            "cleared_too_soon",
            "zero_grad() comes between backward() and step(), so each step finds the gradients "
            "cleared: clear them before backward().",
        )
    elif evidence.mostly("gradless"):
        yield (
            "gradless",
            "step() finds no gradient in the parameters of its optimiser: backward() does not "
            "reach them. From which model's output is the loss computed?",
        )
    elif evidence.mostly("stale"):
        yield STALE
    elif evidence.batches[0] == 1 < evidence.batches[1]:
        yield (
            "one_batch",
            f"Each epoch trains on one batch of {evidence.batches[1]}: what ends it early?",
        )
    elif steps == 1:
        yield "one_step", "backward() was called once in all: what ends the training so early?"
    elif (seen := evidence.classes_seen) is not None and 0 < seen < evidence.classes:
        yield (
            "classes_never_seen",
            f"The labels in training were of {seen} of the {evidence.classes} classes only: which "
            "rows, and which labels, are used?",
        )
    elif evidence.curves.get("softmaxed") and evidence.mostly("softmaxed"):
        return  # `of_names` says more, and a loss of this kind moves little
    elif losses and losses[-1] < min(-1.0, 2 * losses[0] if len(losses) > 1 else 0.0):
        yield (
            "negative_loss",
            "The loss falls below zero without end, which cross-entropy cannot: how is it "
            "computed?",
        )
    elif len(losses) > 1 and losses[-1] > losses[0] + 0.5 and losses[-1] > 2 * abs(losses[0]):
        yield (
            "loss_rises",
            f"The loss rose from {losses[0]:.3g} to {losses[-1]:.3g}{_rate(evidence)}: does it "
            "fall with a tenth of the rate?",
        )
    elif len(losses) > 3 and max(losses) - min(losses) < 1e-6 * abs(losses[0]):
        yield (
            "nothing_learned",
            f"The loss is the same in each epoch{_rate(evidence)}: how far does one step move the "
            "weights?",
        )
    elif evidence.mostly("one_class"):
        yield (
            "unshuffled",
            "Nearly every batch holds one class alone: the last class drives the others out. "
            "Shuffle the rows in each epoch.",
        )
    elif other := _other_loss(evidence):
        yield (
            "another_loss",
            f"The loss is torch's `{other}`: what does cross_entropy of the scores give?",
        )
    elif evidence.mostly("slowed"):
        yield (
            "rate_falls",
            f"The learning rate fell{_fall(evidence)}, and nearly all steps were tiny: how often "
            "does the scheduler step, and by how much?",
        )
    elif (decay := evidence.seen("decay") or 0.0) >= STRONG_DECAY:
        yield (
            "strong_decay",
            f"The optimiser has weight_decay={decay:g}, which draws the weights towards zero in "
            "each step: where does the loss end without it?",
        )


def described(evidence: Evidence, accuracy: float) -> tuple[str, str]:
    """What was measured where nothing is proven, and one question."""
    losses = evidence.losses
    measured = f"{percent(accuracy)} of the held-out examples are right"
    if evidence.reached:
        measured = f"{percent(evidence.reached)} of the labels in training were hit, and {measured}"
    if len(losses) > 1:
        steps = f" in {counted(evidence.steps, 'step')}" if evidence.steps else ""
        way = f"The loss went from {losses[0]:.3g} to {losses[-1]:.3g}{steps}"
        measured = f"{way}{_rate(evidence)}; {measured}"
    if evidence.reached > max(accuracy, 1 / evidence.classes) + 0.3:
        name = "another_model"
        question = "Is it the trained model that is returned, for the inputs it was trained on?"
    elif losses and max(losses) > _ASTRAY * math.log(evidence.classes):
        name = "exploded"
        question = (
            f"Guessing has a loss of ln {evidence.classes} = {math.log(evidence.classes):.2f}, and "
            "this one was far above: what does a smaller learning rate give?"
        )
    elif still_falling(losses):
        name = "still_falling"
        question = "It was still falling at the end: what do longer training and larger steps give?"
    elif like_guessing(losses, evidence.classes):
        name = "unrelated_labels"
        level = f"ln {evidence.classes} = {math.log(evidence.classes):.2f}"
        question = f"A loss near {level} is that of guessing: does each input have its own label?"
    else:
        name, question = "described", "How does the loss change in the course of the training?"
    return name, f"{measured}. {question}"


def _stays(losses: list[float]) -> bool:
    """Whether the loss ends about where it began."""
    return abs(losses[-1] - losses[0]) < 0.05 * abs(losses[0])


def still_falling(losses: list[float]) -> bool:
    """Whether the loss fell to the end, without a rise that outweighs it."""
    if len(losses) < 2 or losses[-1] >= losses[0]:
        return False
    tenth = max(1, len(losses) // 10)
    fall = losses[-1 - tenth] - losses[-1]
    ups = max(0.0, *(after - before for before, after in pairwise(losses)))
    # A loss at rest moves by far less in its last tenth than in a tenth of its way.
    return fall > 0.02 * (losses[0] - losses[-1]) and fall > ups


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
    if evidence.mostly("softmaxed") and losses and losses[-1] >= floor - 1e-3:
        yield (
            "double_softmax",
            "Softmax is taken twice in training: cross_entropy is given probabilities, and "
            f"with {classes} classes such a loss stays above {floor:.4f}. Give it the logits.",
        )


def _rate(evidence: Evidence) -> str:
    rate = evidence.seen("rate")
    return "" if rate is None else f" with a learning rate of {rate:g}"


def _other_loss(evidence: Evidence) -> str | None:
    """The loss function, other than cross-entropy, that was called in most steps."""
    called = ((evidence.seen(name) or 0.0, name) for name in OTHER_LOSSES)
    most, name = max(called)
    return name if most > 0.5 * max(evidence.steps or 0, 1) else None


def _fall(evidence: Evidence) -> str:
    match evidence.curves.get("rate"):  # the worker's claim
        case [first, last]:
            return f" from {first:g} to {last:g}"
    return ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"

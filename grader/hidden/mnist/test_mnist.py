"""Hidden checks of `mnist`: accuracy on test images that were never in the jail."""

from functools import partial
from statistics import median
from typing import Any

from grader.checking import (
    Draw,
    HeldOut,
    Student,
    accuracy_of,
    check,
    measured,
    require_accuracy,
    steady_scores,
    training_metrics,
)
from grader.checking.diagnosis.scores import diagnosis_of, explained_by
from grader.hidden.mnist.network import assert_activations, assert_trainable

Trials = list[tuple[Student, HeldOut]]
"""The student's code with one seed after another, and the held-out images."""

SOFTMAX = {"mnist": (0.80, 0.90), "digits": (0.70, 0.85)}
DEEP = {"mnist": (0.88, 0.95), "digits": (0.75, 0.90)}
"""None of the points, all of them. Plain solutions reach 0.918 and 0.97 on MNIST."""

MARGIN = {"mnist": 0.005, "digits": 0.01}
"""An accuracy this close to the full points is decided by three runs: a seed moves it so far."""


@check(
    task=1,
    points=8.5,
    title="The softmax model names held-out digits rightly",
    hint="The lecture's model reaches about 0.918 with SGD, lr 0.1, 5 epochs, batches of 100. "
    "Does the loss fall? Are gradients cleared in each step?",
)
def test_accuracy(trials: Trials, draw: Draw, metrics: dict[str, Any]) -> None:
    """main()'s model reaches what plain SGD reaches on the held-out images."""
    layers = [shape for shape in trials[0][0].run("main").shapes().values() if len(shape) == 2]
    metrics["layers"] = float(len(layers))
    _judge("main", trials, draw, metrics, SOFTMAX)


@check(
    task=2,
    points=4,
    title="The deeper network is better than the softmax model",
    hint="Deep networks start slowly with plain SGD: more epochs, momentum or Adam help.",
)
def test_deep_accuracy(trials: Trials, draw: Draw, metrics: dict[str, Any]) -> None:
    """deep()'s network reaches what a deeper network reaches, whatever its widths are."""
    _judge("deep", trials, draw, metrics, DEEP)


@check(
    task=2,
    points=1.5,
    title="ReLU between the layers, nothing after the last",
    hint="How many ReLUs belong between five layers? cross_entropy takes the last layer's output "
    "as it is.",
)
def test_deep_activations(student: Student, draw: Draw) -> None:
    """With weights of the host's choosing the scores are those of layers with ReLU between."""
    assert_activations(student.run("deep"), draw)


def _judge(
    name: str,
    trials: Trials,
    draw: Draw,
    metrics: dict[str, Any],
    ramps: dict[str, tuple[float, float]],
) -> None:
    """Require the accuracy of the model of `name()`; near the full points, of three runs."""
    suffix = "_deep" if name == "deep" else ""
    student, held_out = trials[0]
    ramp, margin = ramps[held_out.name], MARGIN[held_out.name]
    asked = f"{name}() on {len(held_out.labels)} held-out images"

    def trial(student: Student, held_out: HeldOut) -> float:
        asked = f"{name}()'s scores of held-out images"
        scores = steady_scores(student.run(name).image_scores, held_out.inputs, draw, asked=asked)
        return accuracy_of(scores, held_out.labels, 10, asked=asked)

    model = student.run(name)
    metrics |= training_metrics(model.curves, suffix)
    structure = partial(assert_trainable, model, draw) if name == "deep" else None
    with explained_by(
        partial(diagnosis_of, model, model.image_scores, held_out, 10, structure=structure)
    ):
        found = measured(
            [partial(trial, *each) for each in trials], first=1, near=ramp[1], margin=margin
        )
        metrics["accuracy" + suffix] = median(found)
        if len(found) > 1:
            metrics[f"accuracy{suffix}_of_runs"] = tuple(found)
        require_accuracy(found, ramp=ramp, asked=asked)

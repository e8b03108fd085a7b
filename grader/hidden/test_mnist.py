"""Hidden checks of `mnist`: accuracy on test images that were never in the jail."""

from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

from grader.checking import (
    Draw,
    HeldOut,
    Student,
    accuracy_of,
    check,
    measured,
    require,
    require_accuracy,
    steady_scores,
    training_metrics,
)
from grader.checking.diagnosis.scores import diagnosis_of, explained_by
from grader.checking.facts import WRONG_WIDTHS

Trials = list[tuple[Student, HeldOut]]
"""The student's code with one seed after another, and the held-out images."""

SOFTMAX = {"mnist": (0.80, 0.90), "digits": (0.70, 0.85)}
DEEP = {"mnist": (0.88, 0.95), "digits": (0.75, 0.90)}
"""None of the points, all of them. Plain solutions reach 0.918 and 0.97 on MNIST."""

MARGIN = {"mnist": 0.005, "digits": 0.01}
"""An accuracy this close to the full points is decided by three runs: a seed moves it so far."""

WIDTHS = (784, 520, 320, 240, 120, 10)


@check(
    task=1,
    points=8.5,
    title="The softmax model names held-out digits rightly",
    hint="The lecture's model reaches about 0.918 with SGD, lr 0.1, 5 epochs, batches of 100. "
    "Does the loss fall? Are gradients cleared in each step?",
)
def test_accuracy(mnist_trials: Trials, draw: Draw, metrics: dict[str, Any]) -> None:
    """main()'s model reaches what plain SGD reaches on the held-out images."""
    _judge("main", mnist_trials, draw, metrics, SOFTMAX)


@check(
    task=2,
    points=5.5,
    title="The deeper network is better than the softmax model",
    hint="Deep networks start slowly with plain SGD: more epochs, momentum or Adam help. Is "
    "there a ReLU between the layers, and none at the end?",
)
def test_deep_accuracy(mnist_trials: Trials, draw: Draw, metrics: dict[str, Any]) -> None:
    """deep()'s network, of the widths asked for, reaches what a deeper network reaches."""
    student, _ = mnist_trials[0]
    state = student.run("deep").state()
    found = sorted(tuple(tensor.shape) for tensor in state.values() if tensor.ndim == 2)
    asked = "a network of widths 784-520-320-240-120-10"
    wanted = sorted((out, into) for into, out in pairwise(WIDTHS))
    got = f"weights of shapes {found}"
    require(found == wanted, asked=asked, got=got, diagnosis=WRONG_WIDTHS)
    _judge("deep", mnist_trials, draw, metrics, DEEP)


def _judge(
    name: str,
    trials: Trials,
    draw: Draw,
    metrics: dict[str, Any],
    ramps: dict[str, tuple[float, float]],
) -> None:
    """Require the accuracy of the model of `name()`; near the full points, of three runs."""
    suffix = "_deep" if name == "deep" else ""
    student, mnist = trials[0]
    ramp, margin = ramps[mnist.name], MARGIN[mnist.name]
    asked = f"{name}() on {len(mnist.labels)} held-out images"

    def trial(student: Student, mnist: HeldOut) -> float:
        asked = f"{name}()'s scores of held-out images"
        scores = steady_scores(student.run(name).image_scores, mnist.inputs, draw, asked=asked)
        return accuracy_of(scores, mnist.labels, 10, asked=asked)

    model = student.run(name)
    metrics |= training_metrics(model.curves, suffix)
    with explained_by(partial(diagnosis_of, model, model.image_scores, mnist, 10)):
        found = measured(
            [partial(trial, *each) for each in trials], first=1, near=ramp[1], margin=margin
        )
        metrics["accuracy" + suffix] = median(found)
        if len(found) > 1:
            metrics[f"accuracy{suffix}_of_runs"] = tuple(found)
        require_accuracy(found, ramp=ramp, asked=asked)

"""Hidden checks of `mnist`: accuracy on test images that were never in the jail."""

from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

import torch

from grader.checking import (
    Draw,
    Failure,
    HeldOut,
    Model,
    Student,
    accuracy_of,
    assert_close,
    check,
    measured,
    require,
    require_accuracy,
    steady_scores,
    training_metrics,
)
from grader.checking.diagnosis.scores import diagnosis_of, explained_by
from grader.checking.facts import NO_HIDDEN_LAYER
from grader.hidden.mnist.network import BATCH_NORM, explained, scores_of

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
    _assert_activations(student.run("deep"), draw)


def _fault_of_layers(model: Model, draw: Draw) -> str | None:
    """What is told about the layers of a network, if something is wrong with them."""
    try:
        _assert_activations(model, draw)
    except Failure as failure:
        return failure.diagnosis
    return None


def _assert_activations(model: Model, draw: Draw) -> None:
    trained = model.state()
    weights = [name for name, tensor in trained.items() if tensor.ndim == 2]
    biases = [name.removesuffix("weight") + "bias" for name in weights]
    asked = "a network of several linear layers, one after the other, each with a bias"
    sizes = [tuple(trained[name].shape) for name in weights]
    chained = all(one[0] == following[1] for one, following in pairwise(sizes))
    require(len(weights) > 1 and chained, asked=asked, got=f"weights of shapes {sizes}",
            diagnosis=NO_HIDDEN_LAYER if len(weights) == 1 else None)  # fmt: skip
    complete = all(
        bias in trained and trained[bias].shape == trained[name].shape[:1]
        for name, bias in zip(weights, biases, strict=True)
    )
    require(complete, asked=asked, got="layers without a bias")
    # The first weight is zero: how the network prepares its images does not matter then.
    chosen = {name: draw.normal(*trained[name].shape, scale=0.1) for name in (*weights, *biases)}
    chosen[weights[0]] = torch.zeros_like(trained[weights[0]])
    try:
        model.load({**trained, **chosen})
        scores = model.image_scores(torch.zeros(100, 28, 28, dtype=torch.uint8))
    finally:
        model.load(trained)
    layers = [(chosen[name], chosen[bias]) for name, bias in zip(weights, biases, strict=True)]
    expected = scores_of(layers, 100, ["a ReLU"] * (len(layers) - 1))
    asked = "the scores of deep() with other weights: ReLU between the layers, nothing at the end"
    normed = any(name.endswith("running_mean") for name in trained)
    with explained_by(lambda: BATCH_NORM if normed else explained(scores, layers)):
        assert_close(scores, expected, asked=asked, rtol=1e-3, atol=1e-4)


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
    structure = partial(_fault_of_layers, model, draw) if name == "deep" else None
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

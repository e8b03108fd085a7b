"""Hidden checks of `iris`: accuracy on flowers that were not in the student's Iris.csv."""

from typing import Any

import torch

from grader.checking import HeldOut, Student, assert_close, check, require

BASICS = "Is the order of the classes setosa, versicolor, virginica? Does the cost fall?"
MORE = "Does the cost still fall in the last epoch? Then more epochs or a larger step help."


@check(task=1, points=1, title="A single flower gets three scores",
       hint="`squeeze()` and BatchNorm dislike a batch of one.")  # fmt: skip
def test_single_flower(student: Student, iris: HeldOut) -> None:
    """A batch of one row gives (1, 3) scores, those it has in the whole batch."""
    model = student.run("main")
    whole = model.scores(iris.inputs)
    require(isinstance(whole, torch.Tensor), asked="the model on all flowers", got="no tensor")
    one = model.scores(iris.inputs[:1])
    assert_close(one, whole[:1], asked="the model on one flower", rtol=1e-3, atol=1e-4)


@check(task=1, points=4, title="Better than guessing: half of the held-out flowers right",
       hint=BASICS)  # fmt: skip
def test_accuracy_half(student: Student, iris: HeldOut, metrics: dict[str, Any]) -> None:
    """At least 50 % of the held-out flowers are classified rightly."""
    _require_accuracy(student, iris, metrics, 0.50)


@check(task=1, points=3, title="Three quarters of the held-out flowers right", hint=MORE)
def test_accuracy_three_quarters(student: Student, iris: HeldOut, metrics: dict[str, Any]) -> None:
    """At least 75 % of the held-out flowers are classified rightly."""
    _require_accuracy(student, iris, metrics, 0.75)


@check(task=1, points=2.5, title="85 % of the held-out flowers right", hint=MORE)
def test_accuracy(student: Student, iris: HeldOut, metrics: dict[str, Any]) -> None:
    """At least 85 % of the held-out flowers are classified rightly."""
    _require_accuracy(student, iris, metrics, 0.85)


def _require_accuracy(
    student: Student, iris: HeldOut, metrics: dict[str, Any], least: float
) -> None:
    scores = student.run("main").scores(iris.inputs)
    asked = f"scores of {len(iris.labels)} held-out flowers"
    right_form = isinstance(scores, torch.Tensor) and scores.shape == (len(iris.labels), 3)
    require(right_form, asked=asked, got="not a tensor of shape (N, 3)")
    require(bool(torch.isfinite(scores).all()), asked=asked, got="scores that are not finite")
    accuracy = float((scores.argmax(1) == iris.labels).double().mean())
    metrics["accuracy"] = accuracy
    require(accuracy >= least, asked=asked, got=f"{accuracy:.1%} right; {least:.0%} are asked for")

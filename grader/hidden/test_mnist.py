"""Hidden checks of `mnist`: accuracy on test images that were never in the jail."""

from typing import Any

import torch

from grader.checking import HeldOut, Student, check, require

SOFTMAX_GOOD = {"mnist": 0.90, "digits": 0.85}
DEEP_GOOD = {"mnist": 0.96, "digits": 0.90}
"""What a plain solution reaches with room to spare: on MNIST 0.918 and 0.97, on digits less."""


@check(task=1, points=2.5, title="Half of the held-out digits right",
       hint="Does the loss fall from epoch to epoch? Are gradients cleared in each step?")  # fmt: skip
def test_softmax_half(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """main()'s model is right on at least 50 % of the held-out images."""
    _require_accuracy(student, "main", mnist, metrics, 0.50)


@check(task=1, points=3, title="Three quarters of the held-out digits right",
       hint="A plain softmax model at lr 0.1 gets there in its first epoch.")  # fmt: skip
def test_softmax_three_quarters(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """main()'s model is right on at least 75 % of the held-out images."""
    _require_accuracy(student, "main", mnist, metrics, 0.75)


@check(task=1, points=3, title="As good as a softmax model gets",
       hint="The lecture's model reaches about 0.918 with SGD, lr 0.1, 5 epochs, batches of 100.")  # fmt: skip
def test_softmax_good(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """main()'s model reaches what plain SGD reaches."""
    _require_accuracy(student, "main", mnist, metrics, SOFTMAX_GOOD[mnist.name])


@check(task=2, points=2.5, title="The deeper network learns",
       hint="Is there a ReLU between the layers, and none at the end?")  # fmt: skip
def test_deep_learns(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """deep()'s model is right on at least 75 % of the held-out images."""
    _require_accuracy(student, "deep", mnist, metrics, 0.75)


@check(task=2, points=3, title="The deeper network is better than the softmax model",
       hint="Deep networks start slowly with plain SGD: more epochs, momentum or Adam help.")  # fmt: skip
def test_deep_good(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """deep()'s model reaches what a deeper network reaches."""
    _require_accuracy(student, "deep", mnist, metrics, DEEP_GOOD[mnist.name])


def _require_accuracy(
    student: Student, name: str, mnist: HeldOut, metrics: dict[str, Any], least: float
) -> None:
    key = "accuracy" if name == "main" else "accuracy_deep"
    asked = f"{name}()'s scores of {len(mnist.labels)} held-out images"
    if key not in metrics:
        scores = student.run(name).image_scores(mnist.inputs)
        right_form = isinstance(scores, torch.Tensor) and scores.shape == (len(mnist.labels), 10)
        require(right_form, asked=asked, got="not a tensor of shape (N, 10)")
        require(bool(torch.isfinite(scores).all()), asked=asked, got="scores that are not finite")
        metrics[key] = float((scores.argmax(1) == mnist.labels).double().mean())
    accuracy = metrics[key]
    require(accuracy >= least, asked=asked, got=f"{accuracy:.1%} right; {least:.0%} are asked for")

"""Hidden checks of `mnist`: accuracy on test images that were never in the jail."""

from itertools import pairwise
from typing import Any

from grader.checking import HeldOut, Student, accuracy_of, check, require, require_accuracy

SOFTMAX = {"mnist": (0.80, 0.90), "digits": (0.70, 0.85)}
DEEP = {"mnist": (0.88, 0.95), "digits": (0.75, 0.90)}
"""None of the points, all of them. Plain solutions reach 0.918 and 0.97 on MNIST."""

WIDTHS = (784, 520, 320, 240, 120, 10)


@check(
    task=1,
    points=8.5,
    title="The softmax model names held-out digits rightly",
    hint="The lecture's model reaches about 0.918 with SGD, lr 0.1, 5 epochs, batches of 100. "
    "Does the loss fall? Are gradients cleared in each step?",
)
def test_accuracy(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """main()'s model reaches what plain SGD reaches on the held-out images."""
    metrics["accuracy"] = _accuracy(student, "main", mnist)
    asked = f"main() on {len(mnist.labels)} held-out images"
    require_accuracy(metrics["accuracy"], ramp=SOFTMAX[mnist.name], asked=asked)


@check(
    task=2,
    points=5.5,
    title="The deeper network is better than the softmax model",
    hint="Deep networks start slowly with plain SGD: more epochs, momentum or Adam help. Is "
    "there a ReLU between the layers, and none at the end?",
)
def test_deep_accuracy(student: Student, mnist: HeldOut, metrics: dict[str, Any]) -> None:
    """deep()'s network, of the widths asked for, reaches what a deeper network reaches."""
    metrics["accuracy_deep"] = _accuracy(student, "deep", mnist)
    state = student.run("deep").state()
    found = sorted(tuple(tensor.shape) for tensor in state.values() if tensor.ndim == 2)
    asked = "a network of widths 784-520-320-240-120-10"
    wanted = sorted((out, into) for into, out in pairwise(WIDTHS))
    require(found == wanted, asked=asked, got=f"weights of shapes {found}")
    asked = f"deep() on {len(mnist.labels)} held-out images"
    require_accuracy(metrics["accuracy_deep"], ramp=DEEP[mnist.name], asked=asked)


def _accuracy(student: Student, name: str, mnist: HeldOut) -> float:
    scores = student.run(name).image_scores(mnist.inputs)
    return accuracy_of(scores, mnist.labels, 10, asked=f"{name}()'s scores of held-out images")

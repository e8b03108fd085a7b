"""Judging a trained model by its accuracy on held-out examples."""

from torch import Tensor, isfinite

from grader.checking.comparison import describe, require
from grader.checking.failure import Failure
from grader.result import Verdict


def accuracy_of(scores: object, labels: Tensor, classes: int, *, asked: str) -> float:
    """The share of rows whose largest score is at their label; scores must be finite, (N, classes).

    Raises:
        Failure: `scores` is no such tensor.
    """
    shape = (len(labels), classes)
    fits = isinstance(scores, Tensor) and scores.shape == shape
    require(fits, asked=asked, got=f"{describe(scores)} instead of scores of shape {shape}")
    assert isinstance(scores, Tensor)
    real = scores.is_floating_point()
    require(real, asked=asked, got=f"{describe(scores)} instead of scores with decimals")
    finite = bool(isfinite(scores).all())
    require(finite, asked=asked, got="scores that are NaN or infinite")
    return (scores.argmax(1) == labels).double().mean().item()


def require_accuracy(accuracy: float, *, ramp: tuple[float, float], asked: str) -> None:
    """Full points from the upper end of `ramp` on, none below the lower, in between in proportion.

    Raises:
        Failure: below the upper end; its `share` is the part of the points that is earned.
    """
    none, full = ramp
    if accuracy >= full:
        return
    raise Failure(
        Verdict.FAILED,
        asked=asked,
        got=f"{accuracy:.1%} right; the points grow from {none:.0%} to {full:.0%}",
        share=max(0.0, (accuracy - none) / (full - none)),
    )

"""Accuracies near a threshold are decided by more runs."""

from collections.abc import Callable

import pytest

from grader.checking import Failure, measured, require_accuracy


def trials(*accuracies: float) -> list[Callable[[], float]]:
    """Runs with these accuracies."""
    return [lambda a=a: a for a in accuracies]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("accuracies", "runs"),
    [
        ((0.97, 0.98, 0.96, 0.0, 0.0), 3),  # far above
        ((0.30, 0.33, 0.35, 1.0, 1.0), 3),  # far below
        ((0.88, 0.89, 0.87, 0.9, 0.9), 5),  # near
        ((0.96, 0.97, 0.60, 0.9, 0.9), 5),  # disputed
    ],
)
def test_more_runs_decide_near_the_threshold(accuracies: tuple[float, ...], runs: int) -> None:
    """Three runs are enough far from the threshold; near it, or disputed, all five are made."""
    found = measured(trials(*accuracies), first=3, near=0.9, margin=0.03)
    assert found == list(accuracies[:runs])


def test_the_median_decides_and_the_feedback_says_how_often_and_how_far() -> None:
    """Below the threshold one reads the median, the span, how many reached it, the ramp."""
    with pytest.raises(Failure) as caught:
        require_accuracy([0.88, 0.91, 0.84, 0.92, 0.86], ramp=(0.5, 0.9), asked="main()")
    assert caught.value.got == (
        "88.0 % right (median of 5 runs: 84.0 % to 92.0 %; 2 of them reach 90 %). "
        "Points grow from 50 % to 90 %."
    )
    require_accuracy([0.88, 0.91, 0.92], ramp=(0.5, 0.9), asked="main()")

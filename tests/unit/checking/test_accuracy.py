"""Accuracies near a threshold are decided by more runs; scores must not hang on the batch."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from grader.checking import Draw, Failure, measured, require_accuracy, steady_scores


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


def test_half_the_worth_is_half_the_points() -> None:
    """Of what is worth half, half of the share below the upper end is earned."""
    with pytest.raises(Failure) as caught:
        require_accuracy([0.7], ramp=(0.5, 0.9), asked="main()", worth=0.5)
    assert caught.value.share == pytest.approx(0.25)


X = Draw(3).normal(45, 4)


def by_memory() -> Callable[[Tensor], Tensor]:
    """A model that answers by place, and remembers what it said about each row."""
    said: dict[bytes, Tensor] = {}

    def scores(x: Tensor) -> Tensor:
        return torch.stack(
            [said.setdefault(row.numpy().tobytes(), torch.eye(3)[n % 3]) for n, row in enumerate(x)]
        )

    return scores


calls = iter(range(1000))
HANGING: dict[str, Callable[[Tensor], Tensor]] = {
    "place": lambda x: torch.eye(3)[torch.arange(len(x)) % 3],
    "size of the batch": lambda x: x[:, :3] + len(x),
    "mean of the batch": lambda x: x[:, :3] - x[:, :3].mean(0),
    "softmax over the batch": lambda x: x[:, :3].softmax(0),
    "number of the call": lambda x: x[:, :3] * next(calls),
    "seen twice": lambda x: x[:, :3] * (1 + (torch.cdist(x, x) < 1e-9).sum(1, keepdim=True)),
}


@pytest.mark.parametrize("scores", HANGING.values(), ids=HANGING)
@pytest.mark.parametrize("seed", range(5))
def test_scores_that_hang_on_the_batch_fail(scores: Callable[[Tensor], Tensor], seed: int) -> None:
    """Whatever beside the row itself decides about its scores, a second look finds it."""
    with pytest.raises(Failure, match="other scores in another batch"):
        steady_scores(scores, X, Draw(seed), asked="the scores")


def test_scores_of_the_row_alone_are_steady() -> None:
    """A model in evaluation mode is asked in batches of other sizes, and gives the same."""
    sizes = []

    def scores(x: Tensor) -> Tensor:
        sizes.append(len(x))
        return x @ torch.ones(4, 3)

    whole = steady_scores(scores, X, Draw(1), asked="the scores")
    assert isinstance(whole, Tensor)
    assert torch.equal(whole, X @ torch.ones(4, 3))
    assert sizes[0] == 45
    assert len(set(sizes)) == 3
    steady_scores(by_memory(), X, Draw(1), asked="consistent, and right by chance alone")


@pytest.mark.parametrize("answer", [None, "x", torch.zeros(2), torch.zeros(45, 3).long()])
def test_what_is_no_score_is_left_to_the_next_question(answer: object) -> None:
    """An answer of another form is not compared; `accuracy_of` has the sentence for it."""
    assert steady_scores(lambda _: answer, X, Draw(1), asked="the scores") is answer

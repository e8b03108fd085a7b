"""Findings about trained models: what is told of made-up scores and runs."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from grader.checking.datasets import HeldOut
from grader.checking.diagnosis.evidence import Evidence
from grader.checking.diagnosis.scores import findings

LABELS = torch.arange(60) % 3
INPUTS = torch.nn.functional.one_hot(LABELS, 4).float() + 0.1


def told(weight: Tensor, **curves: list[float]) -> list[str]:
    """The names of what is found about a model that scores by `weight` (4, 3)."""
    held_out = HeldOut("iris", INPUTS, LABELS)
    evidence = Evidence(lambda x: x @ weight, held_out, {"steps": [100.0]} | curves, 3)
    return [name for name, _ in findings(evidence)]


GOOD = torch.eye(4, 3)
POOR = torch.tensor([[1.0, 0.9, 0.8]]).expand(4, 3) * torch.arange(1.0, 5.0).unsqueeze(1)


@pytest.mark.parametrize(
    ("curves", "name"),
    [
        ({"steps": [0.0]}, "untrained"),
        ({"loss": [1.0, 4.0, 30.0]}, "loss_rises"),
        ({"loss": [-1.0, -5.0, -30.0]}, "negative_loss"),
        ({"loss": [-15.0]}, "negative_loss"),
        ({"loss": [1.0] * 9}, "nothing_learned"),
        ({"batches": [1.0, 40.0]}, "one_batch"),
        ({"one_class": [0.9]}, "unshuffled"),
        ({"accuracy": [0.4, 0.95]}, "another_model"),
        ({"loss": [1.10, 1.08]}, "still_falling"),
        ({"loss": [1.23 - 0.01 * n for n in range(20)]}, "still_falling"),
        ({"loss": [1.3] + [1.1] * 20}, "unrelated_labels"),
        ({"loss": [2.3, 0.7, 0.7, 0.7]}, "described"),
        ({}, "described"),
        ({"cleared_too_soon": [1.0], "gradless": [1.0]}, "cleared_too_soon"),
        ({"gradless": [1.0], "loss": [1.0] * 9}, "gradless"),
        ({"stale": [1.0], "loss": [1.0, 4.0, 30.0]}, "stale"),
        ({"loss": [1.0] * 9, "updates": [0.0]}, "no_step"),
        ({"loss": [2.31, 2.29, 2.30], "updates": [0.0]}, "no_step"),
        ({"loss": [1.1, 1.1], "updates": [1.0]}, "few_steps"),
        ({"loss": [2.0] + [1.1] * 9, "decay": [10.0]}, "strong_decay"),
        ({"classes": [1.0], "one_class": [1.0]}, "classes_never_seen"),
        ({"given": [2000.0]}, "few_gradients"),
        ({"steps": [1.0]}, "one_step"),
        ({"slowed": [0.95], "rate": [0.1, 1e-9]}, "rate_falls"),
        ({"slowed": [0.95]}, "rate_falls"),
        ({"loss": [500.0, 2.0]}, "exploded"),
        ({"mse_loss": [100.0]}, "another_loss"),
        ({"steps": [-3.0], "rate": [], "slowed": [1e308]}, "rate_falls"),
        ({"loss": [1.09, 0.95, 0.9], "softmaxed": [1.0]}, "double_softmax"),
    ],
)
def test_a_run_tells_what_went_wrong(curves: dict[str, list[float]], name: str) -> None:
    """Each finding is made from the run that shows it."""
    assert told(POOR, **curves)[:1] == [name]


def test_another_order_of_the_classes_is_seen() -> None:
    """Classes that are told apart, but under exchanged names, are a matter of their order."""
    assert told(GOOD[:, [1, 2, 0]])[:1] == ["class_order"]


def test_classes_never_named_were_missing_if_the_run_says_so() -> None:
    """A model of few features may by chance not name a class that its training data had."""
    two_of_three = torch.tensor([[1.0, 0, -9], [0, 1, -9], [1, 0, -9], [0, 0, 0]])
    assert "classes_never_seen" in told(two_of_three, classes=[2.0])
    assert "classes_never_seen" not in told(two_of_three, classes=[3.0])
    assert "classes_never_seen" not in told(two_of_three)
    assert "classes_never_seen" not in told(two_of_three, classes=[0.0])


@pytest.mark.parametrize(
    "curves",
    [{"loss": [1.2, 1.1]}, {"loss": [1.1] * 4 + [1.0999] * 5}, {"accuracy": [0.4, 0.95]}, {}],
)
def test_what_is_not_proven_is_measured_and_asked_once(curves: dict[str, list[float]]) -> None:
    """Without a proof there are figures and one question, which offers no choice of guesses."""
    held_out = HeldOut("iris", INPUTS, LABELS)
    evidence = Evidence(lambda x: x @ POOR, held_out, {"steps": [100.0]} | curves, 3)
    [(_, sentence)] = findings(evidence)
    assert "held-out examples are right" in sentence
    assert sentence.count("?") == 1
    assert " or " not in sentence


def of_changed(change: Callable[[Tensor], Tensor], weight: Tensor, **curves: list[float]) -> str:
    """What is told first of a model that is right for `change(inputs)`; the file is sorted."""
    draw = torch.Generator().manual_seed(1)
    labels = torch.arange(90) // 30
    centre = torch.tensor([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
    train = centre[labels] + 0.1 * torch.randn(90, 4, generator=draw)
    held_out = HeldOut("iris", centre[LABELS], LABELS, train)
    bias = -(weight * change(centre).T).sum(0) / 2  # the nearest centre
    evidence = Evidence(lambda x: x @ weight + bias, held_out, {"steps": [9.0]} | curves, 3)
    return next(name for name, _ in findings(evidence))


def test_columns_in_another_order_are_proven() -> None:
    """A model that is right when the host exchanges the columns was trained on exchanged ones."""
    centre = torch.tensor([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
    order = [3, 2, 1, 0]
    told = of_changed(lambda x: x[:, order], centre[:, order].T)
    assert told == "columns_permuted"


def test_the_number_of_the_row_among_the_features_is_proven() -> None:
    """A model that is right when the host puts the row's number first was trained on it."""
    centre = torch.tensor([[15.0, 5.0, 3.4, 1.5], [45.0, 5.9, 2.8, 4.3], [75.0, 6.6, 3.0, 5.6]])
    assert of_changed(lambda _: centre, centre.T, accuracy=[1.0]) == "row_number_used"
    assert of_changed(lambda _: centre, centre.T) != "row_number_used"


def test_labels_that_were_hit_by_chance_say_nothing_of_the_model() -> None:
    """Only a run that was well above guessing can have belonged to another model."""
    all_wrong = torch.tensor([[0.0, 1, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0]])
    assert "another_model" in told(all_wrong, accuracy=[0.7])
    assert "another_model" not in told(all_wrong, accuracy=[0.5])


def test_a_model_that_diverged_is_told_first() -> None:
    """NaN in the scores explains everything else."""
    assert told(POOR * math.nan, loss=[1.0, 5.0], diverged=[3.0, 9.0]) == ["diverged"]


@pytest.mark.parametrize(
    "curves",
    [
        {},
        {"loss": [], "accuracy": [], "steps": [], "batches": [], "one_class": [], "diverged": []},
        {"loss": [math.inf, -math.inf], "accuracy": [math.nan], "steps": [math.nan]},
        {"loss": [1e308, 1e308] * 9, "batches": [math.inf, math.nan], "one_class": [math.nan]},
    ],
)
def test_any_claim_about_a_run_is_borne(curves: dict[str, list[float]]) -> None:
    """Curves come from the student's process: missing or absurd ones lead to no name, no fault."""
    assert set(told(POOR, **curves)) <= {"nothing_learned", "described"}


@pytest.mark.parametrize(
    "scores",
    [torch.zeros(0, 3), torch.zeros(1, 3), torch.zeros(60, 3).bool(), torch.zeros(60, 3).int()],
)
def test_any_scores_are_borne(scores: Tensor) -> None:
    """Scores for other rows, or without decimals, lead to no finding and to no fault."""
    evidence = Evidence(lambda _: scores, HeldOut("iris", INPUTS, LABELS), {"steps": [9.0]}, 3)
    assert list(findings(evidence)) == []

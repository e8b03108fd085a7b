"""Comparison: the order type, shape, dtype, finite, values; and tolerances per dtype."""

import math

import pytest
import torch
from torch import Tensor

from grader.checking import Failure, accuracy_of, assert_close, require, require_accuracy
from grader.result import Verdict
from grader.sandbox.protocol import Opaque

EXPECTED = torch.tensor([[1.0, 2.0], [3.0, 4.0]])


def failure(got: object, expected: Tensor = EXPECTED, **options: float) -> Failure:
    """The failure that this comparison raises."""
    with pytest.raises(Failure) as caught:
        assert_close(got, expected, asked="a matrix", **options)
    assert caught.value.verdict is Verdict.FAILED
    assert caught.value.asked == "a matrix"
    return caught.value


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (None, "None (is a return missing?) instead of a tensor"),
        (2.5, "a Python float instead of a tensor"),
        ([1.0], "a list of 1 value instead of a tensor"),
        ((EXPECTED, EXPECTED), "a tuple of 2 values instead of a tensor"),
        ((), "an empty tuple instead of a tensor"),
        (
            Opaque("builtin_function_or_method"),
            "a function that was not called (are its brackets missing?) instead of a tensor",
        ),
        (Opaque("ndarray"), "a value of type ndarray instead of a tensor"),
        (EXPECTED[0].double() * math.nan, "shape (2,) instead of (2, 2)"),
        (EXPECTED.double() * math.nan, "dtype float64 instead of float32"),
        (EXPECTED * math.nan, "4 of 4 values are NaN or infinite"),
        (EXPECTED / torch.tensor([0.0, 1.0]), "2 of 4 values are NaN or infinite"),
        (EXPECTED + torch.tensor([0.0, 0.5]), "wrong: 2 of 4 values, off by up to 0.5"),
    ],
)
def test_the_first_thing_that_is_wrong_is_said(got: object, said: str) -> None:
    """Type before shape before dtype before finite before values, each in the student's words."""
    assert failure(got).got == said


def test_several_tensors_are_compared_one_by_one() -> None:
    """A tuple is asked: a list does as well; what is wrong is said by the name of the value."""
    right = (EXPECTED, EXPECTED[0])
    assert_close(right, right, asked="a pair")
    assert_close(list(right), right, asked="a pair")
    for got, asked, said in (
        (EXPECTED, "a pair", "a float32 tensor of shape (2, 2) instead of (dw, db)"),
        ((EXPECTED,), "a pair", "a tuple of 1 value instead of (dw, db)"),
        ((EXPECTED, EXPECTED), "db of a pair", "shape (2, 2) instead of (2,)"),
        ((EXPECTED + 1, EXPECTED[0]), "dw of a pair", "wrong: 4 of 4 values, off by up to 1"),
    ):
        with pytest.raises(Failure) as caught:
            assert_close(got, right, asked="a pair", names=("dw", "db"))
        assert (caught.value.asked, caught.value.got) == (asked, said)


def test_values_stand_apart_from_what_hidden_checks_may_show() -> None:
    """The numbers themselves are in `values`, for public checks alone."""
    wrong = failure(torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
    assert wrong.values == "5 instead of 4 at (1, 1)"
    assert "5" not in wrong.got


@pytest.mark.parametrize(
    ("dtype", "good", "bad"), [(torch.float32, 5e-5, 5e-4), (torch.float64, 5e-10, 5e-8)]
)
def test_the_tolerance_is_that_of_the_dtype(dtype: torch.dtype, good: float, bad: float) -> None:
    """A float64 answer has to be good to float64, a float32 one to float32."""
    expected = torch.ones(3, dtype=dtype)
    assert_close(expected + good, expected, asked="ones")
    failure(expected + bad, expected)


def test_integers_are_equal_or_not() -> None:
    """Integers and booleans have no tolerance."""
    assert_close(torch.tensor([7]), torch.tensor([7]), asked="seven")
    failure(torch.tensor([10**9 + 1]), torch.tensor([10**9]))


def test_a_nan_never_passes() -> None:
    """NaN fails whatever the tolerance, also where NaN is expected."""
    nan = torch.tensor([math.nan])
    failure(nan, torch.tensor([1.0]), rtol=math.inf, atol=math.inf)
    failure(nan, nan)


def test_empty_tensors_are_equal() -> None:
    """Nothing equals nothing, if the shape is right."""
    assert_close(torch.empty(0, 3), torch.empty(0, 3), asked="nothing")
    failure(torch.empty(0, 2), torch.empty(0, 3))


def test_require_raises_what_it_is_told() -> None:
    """A false condition is a failure with what was seen; a true one is nothing."""
    require(True, asked="a", got="b")
    with pytest.raises(Failure) as caught:
        require(False, asked="a", got="b", values="c", diagnosis="d")
    found = caught.value
    assert (found.asked, found.got, found.values, found.diagnosis) == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("accuracy", "share"), [(0.0, 0.0), (0.8, 0.0), (0.85, 0.5), (0.89, 0.9), (0.3, 0.0)]
)
def test_below_full_accuracy_the_share_grows_along_the_ramp(accuracy: float, share: float) -> None:
    """Between the ends of the ramp, points are in proportion; below it there are none."""
    with pytest.raises(Failure) as caught:
        require_accuracy([accuracy], ramp=(0.8, 0.9), asked="digits")
    assert caught.value.share == pytest.approx(share)
    assert f"{100 * accuracy:.1f} % right" in caught.value.got


@pytest.mark.parametrize("accuracy", [0.9, 0.95, 1.0])
def test_from_the_end_of_the_ramp_on_the_check_passes(accuracy: float) -> None:
    """At the upper end all points are earned."""
    require_accuracy([accuracy], ramp=(0.8, 0.9), asked="digits")


def test_accuracy_counts_the_rows_whose_largest_score_is_at_the_label() -> None:
    """Two of four rows are right: one half."""
    scores = torch.tensor([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0], [5.0, 1.0]])
    labels = torch.tensor([1, 1, 0, 0])
    assert accuracy_of(scores, labels, 2, asked="scores") == 0.5


@pytest.mark.parametrize(
    "scores", [None, torch.zeros(4), torch.zeros(4, 3), torch.full((4, 2), math.nan), [[0, 1]]]
)
def test_scores_of_another_form_are_a_failure(scores: object) -> None:
    """Missing, misshapen or infinite scores fail the check; they do not crash it."""
    with pytest.raises(Failure):
        accuracy_of(scores, torch.zeros(4, dtype=torch.int64), 2, asked="scores")

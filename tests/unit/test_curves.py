"""Curves of a training run: shortened, drawn, remarked upon."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.curves import BARS, LONGEST, charts, remarks, shortened, sparkline, training_metrics


def test_a_long_curve_keeps_its_ends() -> None:
    """A shortened curve begins and ends where the curve does."""
    curve = [float(n) for n in range(1234)]
    short = shortened(curve)
    assert (len(short), short[0], short[-1]) == (LONGEST, 0.0, 1233.0)


def test_a_curve_ends_where_it_is_no_longer_finite() -> None:
    """A result holds no NaN: the curve stops before it, and the epoch is told, or the step."""
    curves = {"loss": [1.0, 2.0, math.nan, 1.0]}
    metrics = training_metrics(curves | {"diverged": [3.0, 25.0]}, "_deep")
    assert metrics == {"loss_deep": (1.0, 2.0), "diverged_in_epoch_deep": 3.0}
    metrics = training_metrics(curves | {"diverged": [0.0, 25.0]})
    assert metrics == {"loss": (1.0, 2.0), "diverged_in_step": 25.0}


def test_a_claim_that_is_no_number_is_not_believed() -> None:
    """What the worker claims is looked at before it becomes a part of the result."""
    assert training_metrics({"diverged": [math.nan, 1.0], "loss": [math.inf]}) == {}


@pytest.mark.parametrize(
    ("curve", "drawn"),
    [((0.0, 7.0), "▁█"), ((3.0, 3.0, 3.0), "▁▁▁"), (tuple(map(float, range(8))), "▁▂▃▄▅▆▇█")],
)
def test_a_sparkline_spans_its_values(curve: tuple[float, ...], drawn: str) -> None:
    """The lowest value is the lowest bar, the highest the highest; a flat curve is a flat line."""
    assert sparkline(curve) == drawn


def test_a_sparkline_fits_its_width() -> None:
    """More values than columns are thinned out."""
    assert len(sparkline([float(n) for n in range(500)], width=30)) == 30


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_any_finite_curve_can_be_drawn(curve: list[float]) -> None:
    """Curves are a worker's claim: as large or as small as floats may be, they become bars."""
    drawn = sparkline(curve)
    assert len(drawn) == min(len(curve), 30)
    assert set(drawn) <= set(BARS)


@pytest.mark.parametrize(
    ("curve", "drawn"), [([-1e308, 1e308], "▁█"), ([0.0, 5e-324, 0.0], "▁█▁"), ([0.0, 0.0], "▁▁")]
)
def test_extreme_curves_span_the_bars(curve: list[float], drawn: str) -> None:
    """Neither the largest nor the smallest floats lose their shape."""
    assert sparkline(curve) == drawn


def test_the_chart_names_both_ends_and_what_is_usual() -> None:
    """A chart tells where the loss starts and ends, and where plain solutions end."""
    [(name, chart)] = charts("iris", {"loss": (1.1, 0.5, 0.1)})
    assert name == "loss"
    assert chart.endswith("1.1 → 0.1; plain solutions end at 0.04–0.4")


def test_divergence_is_remarked_with_its_epoch() -> None:
    """Whoever diverges reads when, and what to try."""
    assert list(remarks("iris", {"diverged_in_epoch": 3.0})) == [
        "The training diverged in epoch 3: learning rate?"
    ]


@pytest.mark.parametrize("suffix", ["", "_deep"])
def test_a_double_softmax_is_remarked_wherever_it_was_seen(suffix: str) -> None:
    """cross_entropy that was given probabilities is remarked, though the accuracy be good."""
    seen = {"loss": [2.0, 1.55, 1.53], "softmaxed": [1.0]}
    [remark] = remarks("mnist", training_metrics(seen, suffix))
    assert "softmax is taken twice" in remark
    assert ("deep()" in remark) == bool(suffix)
    [other] = remarks("mnist", training_metrics({**seen, "softmaxed": [0.0]}, suffix))
    assert "softmax" not in other


def test_layers_too_many_are_remarked() -> None:
    """No check asks how many layers a good model has; the handout does."""
    [remark] = remarks("mnist", {"layers": 2.0})
    assert remark == "The model has 2 linear layers: the handout asks for 1."
    assert not list(remarks("mnist", {"layers": 1.0}))
    assert not list(remarks("iris", {"layers": 2.0}))


def test_a_good_run_is_not_remarked_upon() -> None:
    """A loss within the band of plain solutions needs no words."""
    assert not list(remarks("iris", {"loss": (1.1, 0.5, 0.1), "returns_probabilities": 0.0}))


def test_a_run_whose_epochs_the_grader_chose_is_not_remarked_upon() -> None:
    """How long `train()` runs, and in what steps, is the grader's choice: no advice about it."""
    loss = tuple(1.1 - 0.008 * n for n in range(100))
    assert not list(remarks("training_loop", {"loss": loss}))
    assert list(remarks("iris", {"loss": tuple(2 * value for value in loss)}))

"""Figures as people read them."""

import pytest

from grader.amounts import changed, counted, earned, filled, hundredths, percent, points, total


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.996, "99%"), (0.005, "1%"), (0.003, "1%"), (0.885, "89%"), (0.895, "90%"), (0.0, "0%"),
     (1.0, "100%"), (0.29, "29%")],
)  # fmt: skip
def test_percent(share: float, shown: str) -> None:
    """Half up; only everything reads 100%, and only nothing reads 0%."""
    assert percent(share) == shown


def test_points() -> None:
    """At most two decimals, half up, and never the whole where something is missing."""
    assert [points(2.675), points(12.0), points(0.1 + 0.2), points(33.333333)] == [
        "2.68", "12", "0.3", "33.33",
    ]  # fmt: skip
    assert [points(19.999, 20), points(20, 20), points(0.001, 20)] == ["19.99", "20", "0.01"]
    assert [hundredths(0.145), hundredths(2.675)] == [15, 268]


def test_sums_are_exact() -> None:
    """A sum is that of the numbers as written, and a check's share never more than its points."""
    assert total([1.4, 5.57]) == 6.97
    assert total([0.1] * 3) == 0.3
    assert total([0.375] * 8) == 3
    assert [earned(0.375, 1), earned(0.375, 0.5), earned(0.375, 0.999)] == [0.375, 0.19, 0.37]


def test_bars_and_changes() -> None:
    """A bar is full only for everything and empty only for nothing; a change is never lost."""
    assert [filled(x, 8) for x in (0.0, 0.01, 0.5, 0.99, 1.0)] == [0, 1, 4, 7, 8]
    assert [changed(0.025), changed(-0.0001), changed(0.0)] == ["+2.5", "-0.1", "+0.0"]


def test_counts() -> None:
    """One thing is not several."""
    assert [counted(1, "group"), counted(2, "group"), counted(0, "group")] == [
        "1 group", "2 groups", "0 groups",
    ]  # fmt: skip

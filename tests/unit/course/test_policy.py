"""Late work: grace, steps, straight lines and the cut-off."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.policy import LateRule, spoken

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "step", "linear"),
    [(-5, 1, 1), (0, 1, 1), (1, 1, 1), (2, 0.9, 1 - 0.2 / 24), (24, 0.9, 0.9),
     (25, 0.8, 0.9 - 0.1 / 24), (48, 0.8, 0.8), (49, 0, 0)],
)  # fmt: skip
def test_what_late_work_keeps(hours: float, step: float, linear: float) -> None:
    """Within the grace all; then a tenth less each day, begun or in proportion; then nothing."""
    for penalty, expected in (("step", step), ("linear", linear)):
        rule = LateRule(grace=HOUR, penalty=penalty, loses=0.1, cutoff=48 * HOUR)
        assert rule.kept(hours * HOUR) == pytest.approx(expected)


@given(
    st.timedeltas(timedelta(), timedelta(days=40)),
    st.timedeltas(timedelta(), timedelta(days=40)),
    st.floats(0, 1),
    st.sampled_from(["step", "linear"]),
    st.timedeltas(HOUR, timedelta(days=3)),
)
def test_later_is_never_worth_more(
    one: timedelta, other: timedelta, loses: float, penalty: str, every: timedelta
) -> None:
    """The share kept lies between 0 and 1 and never rises with lateness."""
    rule = LateRule(penalty=penalty, loses=loses, every=every, cutoff=timedelta(days=30))
    first, second = (rule.kept(late) for late in sorted((one, other)))
    assert 0 <= second <= first <= 1


def test_sentences() -> None:
    """Each part of a rule is said in words, and no rule at all as well."""
    assert LateRule().sentence("a") == "Late work at a: counts in full."
    assert LateRule(loses=0.125).sentence("a") == (
        "Late work at a: loses 12.5% for each begun 1 day."
    )
    assert [spoken(n * HOUR) for n in (1, 24, 36, 0.5)] == [
        "1 hour",
        "1 day",
        "36 hours",
        "30 minutes",
    ]

"""Late work: grace, steps, straight lines and the cut-off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.policy import LateRule, spoken

HOUR = timedelta(hours=1)
DUE = datetime(2026, 11, 21, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "step", "linear"),
    [(-5, 1, 1), (0, 1, 1), (1, 1, 1), (2, 0.9, 1 - 0.2 / 24), (24, 0.9, 0.9),
     (25, 0.8, 0.9 - 0.1 / 24), (48, 0.8, 0.8), (49, 0, 0)],
)  # fmt: skip
def test_what_late_work_keeps(hours: float, step: float, linear: float) -> None:
    """Within the grace all; then a tenth less each day, begun or in proportion; then nothing."""
    for penalty, expected in (("step", step), ("linear", linear)):
        rule = LateRule(grace=HOUR, penalty=penalty, loses=0.1, cutoff=48 * HOUR)
        assert rule.kept(DUE, DUE + hours * HOUR) == pytest.approx(expected)


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
    first, second = (rule.kept(DUE, DUE + late) for late in sorted((one, other)))
    assert 0 <= second <= first <= 1


@pytest.mark.parametrize(
    ("due", "came", "every", "kept"),
    [
        # Clocks go back on 2026-10-25 at 03:00, forward on 2026-03-29 at 02:00.
        ("2026-10-24T20:00", "2026-10-25T19:30", "1d", 0.9),
        ("2026-10-24T20:00", "2026-10-25T20:30", "1d", 0.8),
        ("2026-03-28T20:00", "2026-03-29T20:00", "1d", 0.9),
        ("2026-03-28T20:00", "2026-03-29T20:01", "1d", 0.8),
        # Hours are hours: 24 of them and a half lie between.
        ("2026-10-24T20:00", "2026-10-25T19:30", "12h", 0.7),
        ("2026-10-24T20:00", "2026-11-07T20:00", "7d", 0.8),
    ],
)
def test_a_day_is_one_of_the_calendar(due: str, came: str, every: str, kept: float) -> None:
    """Across a change of the clocks a late day ends when the clock shows the same time again."""
    rule = LateRule(loses=0.1, every=every)  # type: ignore[arg-type]
    moments = (datetime.fromisoformat(one).replace(tzinfo=BERLIN) for one in (due, came))
    assert rule.kept(*(moment.astimezone(BERLIN) for moment in moments)) == pytest.approx(kept)


def test_grace_and_cutoff_across_the_clock_change() -> None:
    """A grace or cut-off of days is days of the calendar; one of hours is hours."""
    due = datetime(2026, 10, 24, 20, tzinfo=BERLIN)
    next_day = datetime(2026, 10, 25, 20, tzinfo=BERLIN)
    for length, on_time in (("1d", True), ("25h", True), ("1440m", True), ("23h", False)):
        rule = LateRule(grace=length, cutoff=length, loses=0.1)  # type: ignore[arg-type]
        assert (rule.kept(due, next_day) == 1) is on_time
        assert rule.cut_off(due, next_day) is not on_time


@pytest.mark.parametrize("penalty", ["step", "linear"])
def test_late_in_the_hour_that_comes_twice(penalty: str) -> None:
    """Ten minutes late is late, although the clock, set back meanwhile, shows an earlier time."""
    due = datetime(2026, 10, 25, 2, 55, tzinfo=BERLIN)
    came = datetime(2026, 10, 25, 2, 5, fold=1, tzinfo=BERLIN)
    rule = LateRule(penalty=penalty, loses=0.1, cutoff=HOUR)  # type: ignore[arg-type]
    assert rule.kept(due, came) == (0.9 if penalty == "step" else 1.0)
    assert not rule.cut_off(due, came)


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

"""What each policy does to scores, and that policies compose."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from statistics import median
from typing import Any

import pytest
from fabricated import assignments
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.assignment import Assignment
from grader.course.policy import LateRule, Policy
from grader.course.roster import Group, Member, Roster
from grader.gradebook import Entry, Override
from grader.report import CourseReport, build_report

DUE = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOW = DUE + timedelta(days=30)
HOUR = timedelta(hours=1)
LATE = LateRule(grace=HOUR, loses=0.1, cutoff=timedelta(days=5))


def two(due: datetime | None = DUE) -> tuple[Assignment, ...]:
    """Two assignments worth 10 each, of which the first is due."""
    a, b = assignments({"a": 10, "b": 10})
    return a.model_copy(update={"due": due}), b


def course(*members: Member | str, **policy: Any) -> Roster:
    """One group with these members."""
    people = tuple(Member(name=one) if isinstance(one, str) else one for one in members)
    return Roster(course="NN", policy=Policy(**policy), groups=(Group(name="G", members=people),))


def entry(
    member: str,
    *,
    hours: float | None = 0,
    number: int = 1,
    digest: int | None = None,
    graded: float | None = None,
    commit: str | None = None,
    files: dict[str, str] | None = None,
    **scores: float | None,
) -> Entry:
    """An attempt submitted so many hours after the due date."""
    submitted = None if hours is None else DUE + hours * HOUR
    graded_at = DUE + (graded if graded is not None else hours or 0) * HOUR
    name = f"sha256:{number if digest is None else digest:064x}"
    return Entry(number, member, name, commit, graded_at, submitted, scores, files or {})


def report(roster: Roster, entries: list[Entry], **more: Any) -> CourseReport:
    """The report on the two assignments."""
    return build_report(roster, entries, two(), **({"now": NOW} | more))


def score(roster: Roster, *entries: Entry, **more: Any) -> float | None:
    """The group's score."""
    return report(roster, list(entries), **more).report.groups[0].score


@pytest.mark.parametrize(
    ("hours", "points"), [(-1, 10), (1, 10), (2, 9), (25, 8), (5 * 24, 5), (5 * 24 + 1, 0)]
)
def test_late_work(hours: float, points: float) -> None:
    """Late work loses its share after the grace, and all of it after the cut-off."""
    late = course("x", late={"a": LATE})
    assert score(late, entry("x", hours=hours, a=10, b=10)) == points + 10
    assert score(course("x"), entry("x", hours=hours, a=10, b=10)) == 20


def test_extension() -> None:
    """An extension moves one member's due date, at one assignment, and nobody else's."""
    late = course(Member(name="x", extensions={"a": timedelta(days=2)}), late={"a": LATE})
    assert score(late, entry("x", hours=48, a=10)) == 10
    assert score(late, entry("x", hours=50, a=10)) == 9
    assert score(course("x", late={"a": LATE}), entry("x", hours=48, a=10)) == 8


def test_best_weighs_lateness() -> None:
    """A better attempt that came late counts only where it is still the better one."""
    late = course("x", late={"a": LateRule(loses=0.5)})
    assert score(late, entry("x", a=6), entry("x", hours=1, number=2, a=10)) == 6
    assert score(late, entry("x", a=4), entry("x", hours=1, number=2, a=10)) == 5


def test_latest_does_not_look_behind_the_cut_off() -> None:
    """Under latest, work after the cut-off replaces nothing; alone it is zero."""
    late = course("x", attempt="latest", late={"a": LATE})
    on_time, too_late = entry("x", a=6), entry("x", hours=500, number=2, a=10)
    assert score(late, on_time, too_late) == 6
    assert score(late, too_late) == 0
    assert report(late, [too_late]).report.groups[0].submitted == 1


def test_latest_keeps_what_a_later_submission_leaves_out() -> None:
    """A later submission without an assignment does not take back what was handed in of it."""
    latest = course("x", attempt="latest")
    assert score(latest, entry("x", a=6, b=None), entry("x", hours=1, number=2, a=None, b=3)) == 9


def test_the_same_files_again_are_not_late() -> None:
    """Who hands in unchanged files once more after the due date loses nothing by it."""
    for attempt in ("best", "latest"):
        late = course("x", attempt=attempt, late={"a": LATE})
        again = entry("x", hours=30, number=2, digest=1, commit="b" * 40, a=10)
        assert score(late, entry("x", commit="a" * 40, a=10), again) == 10


def test_a_regrade_supersedes() -> None:
    """Of one submission the newest grading counts, even if it is lower; then the best is taken."""
    old = entry("x", number=1, digest=7, graded=0, a=9)
    new = entry("x", number=2, digest=7, graded=5, a=4)
    other = entry("x", number=3, digest=8, hours=1, a=6)
    assert score(course("x"), old, new) == 4
    assert score(course("x"), new, old, other) == 6
    assert score(course("x"), old, other) == 9


def test_a_regrade_of_some_assignments_keeps_the_others() -> None:
    """A regrade of one assignment supersedes that one."""
    old = entry("x", number=1, digest=7, graded=0, a=9, b=5)
    new = entry("x", number=2, digest=7, graded=5, a=4)
    assert score(course("x"), old, new) == 9


def test_a_regrade_is_not_late() -> None:
    """A regrade does not know when work was submitted; the record does, and that decides."""
    late = course("x", late={"a": LATE})
    for hours, points in ((-1, 8), (30, 6.4)):
        old = entry("x", hours=hours, number=1, digest=7, a=9)
        new = entry("x", hours=None, number=2, digest=7, graded=70, a=8)
        assert score(late, old, new) == pytest.approx(points)


def test_without_a_time_of_submission_nothing_is_late() -> None:
    """Work graded days after the due date is not late by that; staff may not know when it came."""
    late = course("x", late={"a": LATE})
    graded = entry("x", hours=None, graded=5 * 24, a=10)
    assert score(late, graded) == 10
    [member] = report(late, [graded]).members
    assert member.assignments[0].submitted_at is None
    # Handed in again later it is no later than it was; known to have come before, it is.
    assert (
        score(late, graded, entry("x", hours=150, number=2, digest=1, commit="a" * 40, a=10)) == 10
    )
    assert score(late, graded, entry("x", hours=30, number=2, digest=1, a=10)) == 8


@pytest.mark.parametrize("attempt", ["best", "latest"])
def test_lateness_is_that_of_the_assignments_own_files(attempt: str) -> None:
    """A late push that changes another assignment does not make this one late."""
    late = course("x", attempt=attempt, late={"a": LATE})
    on_time = entry("x", commit="a" * 40, files={"a": "A"}, a=10, b=None)
    with_b = entry("x", hours=72, number=2, commit="b" * 40, files={"a": "A", "b": "B"}, a=10, b=7)
    assert score(late, on_time, with_b) == 17
    [member] = report(late, [on_time, with_b]).members
    assert [one.kept for one in member.assignments] == [1, 1]
    changed = entry("x", hours=72, number=2, commit="b" * 40, files={"a": "C", "b": "B"}, a=10, b=7)
    assert score(late, changed) == 14
    # Another member with the same files is as late as they themselves are.
    assert score(course("y", late={"a": LATE}), on_time, with_b.__class__(
        3, "y", with_b.digest, with_b.commit, with_b.graded_at, with_b.submitted_at,
        with_b.scores, with_b.files,
    )) == 14  # fmt: skip


def test_results_of_before_digests_of_assignments() -> None:
    """A regrade of an old result tells what its files were, so that it counts as their first."""
    late = course("x", attempt="latest", late={"a": LATE})
    old = entry("x", commit="a" * 40, digest=7, a=10)
    regraded = entry(
        "x", hours=None, graded=90, number=2, commit="a" * 40, digest=7, files={"a": "A"}, a=10
    )
    pushed = entry("x", hours=72, number=3, commit="b" * 40, files={"a": "A"}, a=10)
    assert score(late, old, regraded, pushed) == 10


def test_late_days_are_days_in_the_course() -> None:
    """Half an hour before the clock shows the due time again, one late day has begun, not two."""
    due = datetime.fromisoformat("2026-10-24T20:00+02:00")
    came = datetime.fromisoformat("2026-10-25T19:30+01:00")
    seen = Entry(1, "x", "d", None, came, came, {"a": 10})
    late = {"a": LateRule(loses=0.1)}
    for zone, points in (("Europe/Berlin", 9), ("UTC", 8)):
        roster = course("x", late=late).model_copy(update={"timezone": zone})
        found = build_report(roster, [seen], two(due), now=NOW)
        assert found.report.groups[0].score == points
    # An extension by days is one of the calendar, too.
    extended = course(Member(name="x", extensions={"a": timedelta(days=1)}), late=late)
    extended = extended.model_copy(update={"timezone": "Europe/Berlin"})
    last = Entry(1, "x", "d", None, came, came + timedelta(minutes=30), {"a": 10})
    assert build_report(extended, [last], two(due), now=NOW).report.groups[0].score == 10


def test_a_renamed_login_keeps_its_points() -> None:
    """Attempts and overrides under a former login are the member's, and nobody is a stranger."""
    member = Member(name="Ada", github="ada2", formerly=("ada-l",))
    entries = [entry("Ada-L", a=9), entry("ada2", hours=1, number=2, b=4)]
    found = report(course(member), entries, overrides=[hand(7, member="ada-L")])
    assert found.report.groups[0].score == 11
    assert found.unknown_members == ()


def test_a_login_that_becomes_known_loses_nothing() -> None:
    """Attempts under the name and under the login are one member's."""
    linked = course(Member(name="강 건", github="Kang"))
    assert score(linked, entry("강 건", a=7), entry("kang", hours=1, number=2, b=5)) == 12
    assert report(linked, [entry("강 건", a=7)]).unknown_members == ()


def test_joined_and_left() -> None:
    """Only members who belong to the group at the report's moment are counted."""
    day = timedelta(days=1)
    people = course(
        "x",
        Member(name="y", **{"from": DUE + day}),  # type: ignore[arg-type]
        Member(name="z", until=date(2026, 11, 23)),  # type: ignore[arg-type]
    )
    entries = [entry("x", a=1), entry("y", number=2, a=5), entry("z", number=3, a=9)]
    expected = {0: (2, 5), 2: (3, 5), 4: (2, 3)}
    for days, (members, points) in expected.items():
        [group] = report(people, entries, now=DUE + days * day).report.groups
        assert (group.members, group.counted, group.score) == (members, members, points)


def test_minimum() -> None:
    """A group with fewer counted members than the minimum has no figure and no rank."""
    groups = tuple(
        Group(name=name, members=tuple(Member(name=f"{name}{i}") for i in range(size)))
        for name, size in (("P", 1), ("Q", 2))
    )
    entries = [entry("P0", a=10), entry("Q0", number=2, a=1), entry("Q1", number=3, a=3)]
    for minimum, expected in (
        (1, [(10, True, 1), (2, True, 2)]),
        (2, [(None, False, None), (2, True, 1)]),
    ):
        roster = Roster(course="NN", policy=Policy(minimum=minimum), groups=groups)
        found = report(roster, entries).report.groups
        assert [(group.score, group.enough, group.rank) for group in found] == expected


def hand(
    score: float | None, hours: float = 0, assignment: str = "a", member: str = "x"
) -> Override:
    """A score set by hand so many hours after the due date."""
    at = DUE + hours * HOUR
    return Override(member=member, assignment=assignment, score=score, reason="ill", by="ta", at=at)


def test_override() -> None:
    """What staff set comes last, whatever the attempts say; the newest of several holds."""
    roster = course("x", late={"a": LATE})
    late = entry("x", hours=100, a=10)
    assert score(roster, late, overrides=[hand(8)]) == 8
    assert score(roster, late, overrides=[hand(8), hand(2, hours=1)]) == 2
    assert score(roster, late, overrides=[hand(2, hours=1), hand(8)]) == 2
    assert score(roster, late, overrides=[hand(8), hand(None, hours=1)]) == 5
    assert score(roster, late, overrides=[hand(99)]) == 10
    assert score(roster, late, overrides=[hand(3, assignment="gone")]) == 5


def test_override_of_a_member_without_attempt() -> None:
    """A score set by hand makes a member one who has handed in; a stranger's is named."""
    roster = course("x", "y", missing="exclude")
    found = report(roster, [], overrides=[hand(6), hand(1, member="Eve")])
    [group] = found.report.groups
    assert (group.submitted, group.counted, group.score) == (1, 1, 6)
    assert found.unknown_members == ("Eve",)
    [x, _] = found.members
    assert [one.override for one in x.assignments] == ["ill", None]


def test_change_since() -> None:
    """What changed is the progress now against the progress as it was graded then."""
    entries = [entry("x", a=4), entry("x", hours=10, number=2, a=9)]
    [group] = report(course("x"), entries, since=DUE + 5 * HOUR).report.groups
    assert (group.progress, group.change) == (0.45, 0.25)
    assert report(course("x"), entries).report.groups[0].change is None


def test_a_clock_that_jumped_back() -> None:
    """A grading recorded later with an earlier time is remarked on; the later time counts."""
    first = entry("x", number=1, digest=7, graded=5, a=9)
    second = entry("x", number=2, digest=7, graded=1, a=4)
    found = report(course("x"), [first, second])
    assert found.report.groups[0].score == 9
    [remark] = found.remarks
    assert "clock that jumped back" in remark
    assert report(course("x"), [first]).remarks == ()


def test_attempts_from_the_future() -> None:
    """Attempts dated after the report's moment are counted, and remarked on."""
    found = report(course("x"), [entry("x", a=9)], now=DUE - HOUR)
    assert found.report.groups[0].score == 9
    assert "after now" in found.remarks[0]


SCORE = st.floats(0, 10, allow_nan=False).map(abs)
TRIES = st.lists(st.tuples(SCORE, SCORE, st.integers(-48, 200)), max_size=3)
TEAMS = st.lists(TRIES, min_size=1, max_size=6)
POLICIES = st.fixed_dictionaries(
    {
        "attempt": st.sampled_from(["best", "latest"]),
        "missing": st.sampled_from(["zero", "exclude"]),
        "minimum": st.integers(1, 4),
        "late": st.sampled_from([{}, {"a": LATE}, {"a": LateRule(penalty="linear", loses=0.3)}]),
    }
)


def entries_of(team: list[list[tuple[float, float, int]]]) -> list[Entry]:
    """The attempts of members m0, m1, …"""
    numbers = count(1)
    return [
        entry(f"m{m}", hours=hours + n / 60, number=next(numbers), a=a, b=b)
        for m, tries in enumerate(team)
        for n, (a, b, hours) in enumerate(tries)
    ]


def by_hand(team: list[list[tuple[float, float, int]]], policy: dict[str, Any]) -> float | None:
    """The group's score, computed in the plainest way."""
    rule = policy["late"].get("a", LateRule())
    totals = []
    for tries in team:
        moments = [(n, hours + n / 60, a, b) for n, (a, b, hours) in enumerate(tries)]
        worth = [
            (rule.kept(DUE, DUE + h * HOUR) * a, b, rule.cut_off(DUE, DUE + h * HOUR), h)
            for _, h, a, b in moments
        ]
        if not tries and policy["missing"] == "exclude":
            continue
        if policy["attempt"] == "best":
            totals.append(
                max((w[0] for w in worth), default=0) + max((w[1] for w in worth), default=0)
            )
        else:
            last = max(worth, key=lambda w: w[3], default=(0, 0, False, 0))
            timely = max(
                (w for w in worth if not w[2]), key=lambda w: w[3], default=(0, 0, False, 0)
            )
            totals.append(timely[0] + last[1])
    return median(totals) if len(totals) >= policy["minimum"] else None


@given(TEAMS, POLICIES)
@settings(deadline=None, max_examples=50)
def test_policies_compose(
    team: list[list[tuple[float, float, int]]], policy: dict[str, Any]
) -> None:
    """Under every combination of policies the score is what plain Python makes of the rule."""
    roster = course(*(f"m{m}" for m in range(len(team))), **policy)
    assert score(roster, *entries_of(team)) == pytest.approx(by_hand(team, policy), abs=1e-5)


@given(TEAMS, POLICIES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_order_never_matters(
    team: list[list[tuple[float, float, int]]], policy: dict[str, Any], random: Random
) -> None:
    """Under every combination of policies the order of members and attempts changes nothing."""
    names, entries = [f"m{m}" for m in range(len(team))], entries_of(team)
    overrides = [hand(3, member="m0"), hand(7, hours=1, member="m0", assignment="b")]
    first = report(course(*names, **policy), entries, overrides=overrides).report
    for values in (names, entries, overrides):
        random.shuffle(values)  # type: ignore[arg-type]
    assert report(course(*names, **policy), entries, overrides=overrides).report == first


@given(TEAMS, st.sampled_from(["best", "latest"]), st.sampled_from([{}, {"a": LATE}]))
@settings(deadline=None, max_examples=25)
def test_a_zero_never_raises_the_median(
    team: list[list[tuple[float, float, int]]], attempt: str, late: dict[str, LateRule]
) -> None:
    """A group does not gain by a member who hands in nothing, nor by one who earns nothing."""
    names, entries = [f"m{m}" for m in range(len(team))], entries_of(team)
    policy = {"attempt": attempt, "late": late}
    before = score(course(*names, **policy), *entries)
    assert score(course(*names, "zero", **policy), *entries) <= before
    nothing = entry("zero", number=999, a=0, b=0)
    assert score(course(*names, "zero", **policy), *entries, nothing) <= before

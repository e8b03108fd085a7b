"""Group scores: the announcement's rule, worked by hand and as properties."""

import json
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from grader.course.assignment import Assignment, Limits, Task
from grader.course.policy import LateRule
from grader.course.roster import Group, Member, Policy, Roster
from grader.gradebook import Entry
from grader.report import Aggregate, Report, ScoreBook, build_report, render_table

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
COURSE = {"softmax": 20.0, "cross_entropy": 25.0, "training_loop": 20.0, "iris": 15, "mnist": 20}


def assignments(points: dict[str, float]) -> tuple[Assignment, ...]:
    """Assignments worth these points."""
    return tuple(
        Assignment(
            id=name,
            folder=Path(name),
            title=name,
            order=order,
            files={f"{name}.py": ("main",)},
            tasks=(Task(number=1, title="t", points=worth),),
            limits=Limits(seconds=1, memory=1),
        )
        for order, (name, worth) in enumerate(points.items())
    )


TWO = assignments({"a": 10, "b": 10})


def attempt(member: str, number: int = 0, /, submitted: int | None = None, **scores: Any) -> Entry:
    """An attempt graded `number` minutes after noon; a score of None is not handed in."""
    return Entry(
        id=number,
        member=member,
        digest=f"sha256:{number:064x}",
        commit=None,
        graded_at=NOON + timedelta(minutes=number),
        submitted_at=None if submitted is None else NOON + timedelta(minutes=submitted),
        scores=scores,
    )


def counted_scores(course: Roster, entries: list[Entry], known: Any) -> Any:
    """The points that count, a row for each member and a column for each assignment."""
    return ScoreBook(course, entries, known, ()).scores().table


def roster(*groups: str, **policy: Any) -> Roster:
    """Groups "A: x y z" of members with these names."""
    return Roster(
        course="NN",
        policy=Policy(**policy),
        groups=tuple(
            Group(name=name, members=tuple(Member(name=one) for one in members.split()))
            for name, members in (group.split(":") for group in groups)
        ),
    )


def report(course: Roster, attempts: list[Entry], aggregate: Aggregate = "median") -> Report:
    """The report over the two assignments."""
    return build_report(course, attempts, TWO, aggregate=aggregate, now=NOON).report


def test_worked_by_hand() -> None:
    """Three members with 12, 3 and 20 of 20 points: the group has 12, which is 0.6."""
    course = roster("A: x y z", "B: u")
    attempts = [attempt("x", a=10, b=2), attempt("y", a=0, b=3), attempt("z", a=10, b=10)]
    one, two = report(course, attempts).groups
    assert (one.group, one.members, one.submitted) == ("A", 3, 3)
    assert (one.score, one.points, one.progress, one.rank) == (12, 20, 0.6, 1)
    assert one.spread == (3, 20)
    assert [(e.id, e.score, e.points, e.submitted) for e in one.assignments] == [
        ("a", 10, 10, 3),
        ("b", 3, 10, 3),
    ]
    assert (two.submitted, two.score, two.progress, two.rank, two.spread) == (0, 0, 0, 2, (0, 0))


def test_median_of_totals_is_not_total_of_medians() -> None:
    """Who is good at different things: the totals are 10, 10, 9, though each median is lower."""
    attempts = [attempt("x", a=10, b=0), attempt("y", a=0, b=10), attempt("z", a=4, b=5)]
    [group] = report(roster("A: x y z"), attempts).groups
    assert group.score == 10
    assert sum(entry.score for entry in group.assignments) == 9


def test_even_number_of_members() -> None:
    """With an even number the median is the mean of the middle two."""
    attempts = [attempt(name, a=score) for name, score in zip("wxyz", (1, 4, 5, 10), strict=True)]
    assert report(roster("A: w x y z"), attempts).groups[0].score == 4.5


@pytest.mark.parametrize(
    ("aggregate", "score"), [("median", 2), ("mean", 4), ("min", 1), ("max", 9)]
)
def test_aggregates(aggregate: Aggregate, score: float) -> None:
    """Median, mean, minimum and maximum are of the members' totals."""
    attempts = [attempt("x", a=1), attempt("y", a=2), attempt("z", a=9)]
    result = report(roster("A: x y z"), attempts, aggregate)
    assert (result.aggregate, result.groups[0].score) == (aggregate, score)


@pytest.mark.parametrize(("missing", "score"), [("zero", 6), ("exclude", 7)])
def test_missing_member(missing: str, score: float) -> None:
    """A member without an attempt counts as zero, or is left out."""
    course = roster("A: x y z", missing=missing)
    [group] = report(course, [attempt("x", a=8), attempt("y", a=6)]).groups
    assert (group.members, group.submitted, group.score) == (3, 2, score)
    assert group.spread == ((0 if missing == "zero" else 6), 8)


def test_nobody_counts() -> None:
    """Who handed in nothing counts as zero; where they are left out, no figure is no zero."""
    [group] = report(roster("A: x y", missing="zero"), []).groups
    assert (group.score, group.progress, group.spread, group.rank) == (0, 0, (0, 0), 1)
    assert [entry.score for entry in group.assignments] == [0, 0]
    [group] = report(roster("A: x y", missing="exclude"), []).groups
    assert (group.score, group.progress, group.spread, group.rank) == (None,) * 4
    assert [entry.score for entry in group.assignments] == [None, None]


def test_best_and_latest() -> None:
    """Best takes each assignment's highest score, latest its last, whatever their order."""
    attempts = [attempt("x", 2, a=5, b=1), attempt("x", 1, a=9), attempt("x", 3, b=0)]
    best = counted_scores(roster("A: x"), attempts, TWO)
    latest = counted_scores(roster("A: x", attempt="latest"), attempts, TWO)
    assert best.loc["x"].to_dict() == {"a": 9, "b": 1}
    assert latest.loc["x"].to_dict() == {"a": 5, "b": 0}


def test_latest_is_the_last_submitted() -> None:
    """A regrade of an old submission is later than its first grading, not than a newer one."""
    course = roster("A: x", attempt="latest")
    old, new = attempt("x", 1, submitted=0, a=1), attempt("x", 2, submitted=1, a=2)
    regraded_old, regraded_new = (
        attempt("x", 9, submitted=0, a=3),
        attempt("x", 8, submitted=1, a=4),
    )
    assert counted_scores(course, [old, new, regraded_old], TWO).loc["x", "a"] == 2
    assert counted_scores(course, [old, new, regraded_new, regraded_old], TWO).loc["x", "a"] == 4


def test_not_handed_in() -> None:
    """What was not handed in is no score of a member, zero in a total, and not submitted."""
    scores = counted_scores(roster("A: x"), [attempt("x", a=5, b=None)], TWO)
    assert scores.isna().loc["x"].to_dict() == {"a": False, "b": True}
    [group] = report(roster("A: x"), [attempt("x", a=5, b=None)]).groups
    assert (group.submitted, group.score) == (1, 5)
    assert [entry.submitted for entry in group.assignments] == [1, 0]


def test_scores_are_capped() -> None:
    """A score above today's points counts as full, and an assignment no longer given not at all."""
    [group] = report(roster("A: x"), [attempt("x", a=50, gone=7)]).groups
    assert (group.score, group.progress) == (10, 0.5)


def test_ties_share_a_rank() -> None:
    """Equal groups share a rank and the next one is left free; 0.1 + 0.2 equals 0.3."""
    attempts = [attempt("w", a=0.3), attempt("x", a=9), attempt("y", a=0.1, b=0.2)]
    groups = report(roster("W: w", "X: x", "Y: y", "Z: z"), attempts).groups
    assert [group.rank for group in groups] == [2, 1, 2, 4]


def test_rounded_once() -> None:
    """Thirds are rounded to six decimals at the end, not before they are added."""
    attempts = [attempt("x", a=10 / 3, b=10 / 3)]
    [group] = report(roster("A: x"), attempts).groups
    assert (group.score, group.progress) == (6.666667, 0.333333)


def test_people_not_in_the_roster() -> None:
    """Attempts of strangers change nothing and are named once each."""
    course = roster("A: x")
    attempts = [attempt("x", a=5), attempt("Eve", a=9), attempt("eve", 1, a=9), attempt("Dan", a=1)]
    found = build_report(course, attempts, TWO, now=NOON)
    assert found.report == report(course, attempts[:1])
    assert [name.lower() for name in found.unknown_members] == ["dan", "eve"]


def test_json() -> None:
    """The JSON has exactly the keys of the report's version 1."""
    text = report(roster("A: x"), [attempt("x", a=5)]).to_json()
    assert json.loads(text) == {
        "schema": "grader/report/v1",
        "aggregate": "median",
        "generated_at": "2026-11-21T12:00:00Z",
        "policy": {"attempt": "best", "missing": "zero", "minimum": 1, "late": {}},
        "course": "NN",
        "since": None,
        "groups": [
            {
                "group": "A",
                "members": 1,
                "submitted": 1,
                "score": 5.0,
                "points": 20.0,
                "progress": 0.25,
                "rank": 1,
                "spread": [5.0, 5.0],
                "counted": 1,
                "enough": True,
                "change": None,
                "assignments": [
                    {"id": "a", "score": 5.0, "points": 10.0, "submitted": 1},
                    {"id": "b", "score": 0.0, "points": 10.0, "submitted": 0},
                ],
            }
        ],
    }
    assert Report.parse(text).to_json() == text


def test_json_with_a_late_rule() -> None:
    """Lengths of time are ISO 8601 in JSON, and come back as they were."""
    late = {"a": LateRule(grace=timedelta(minutes=30), loses=0.1, cutoff=timedelta(days=7))}
    course = roster("A: x", late=late)
    text = report(course, []).to_json()
    written = json.loads(text)["policy"]["late"]["a"]
    assert (written["grace"], written["cutoff"]) == ("PT30M", "P7D")
    assert Report.parse(text).policy.late == late


SCORES = st.floats(0, 10, allow_nan=False).map(abs)
TEAMS = st.lists(st.lists(st.tuples(SCORES, SCORES), max_size=3), min_size=1, max_size=6)


def attempts_of(team: list[list[tuple[float, float]]]) -> list[Entry]:
    """Attempts of members m0, m1, …: for each, a list of scores at the two assignments."""
    return [
        attempt(f"m{i}", 10 * i + n, a=a, b=b)
        for i, tries in enumerate(team)
        for n, (a, b) in enumerate(tries)
    ]


@given(TEAMS)
@settings(deadline=None, max_examples=25)
def test_median_is_the_standard_librarys(team: list[list[tuple[float, float]]]) -> None:
    """The group's score is `statistics.median` of its members' totals of best scores."""
    totals = [max((a for a, _ in t), default=0) + max((b for _, b in t), default=0) for t in team]
    course = roster("A: " + " ".join(f"m{i}" for i in range(len(team))))
    [group] = report(course, attempts_of(team)).groups
    assert group.score == pytest.approx(statistics.median(totals), abs=1e-6)
    assert group.spread == pytest.approx((min(totals), max(totals)), abs=1e-6)


@given(
    TEAMS,
    st.sampled_from(get_args(Aggregate)),
    st.sampled_from(["best", "latest"]),
    st.sampled_from(["zero", "exclude"]),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=25)
def test_order_never_matters(
    team: list[list[tuple[float, float]]],
    aggregate: Aggregate,
    counted: str,
    missing: str,
    random: Random,
) -> None:
    """Under every policy and aggregate, the order of members and attempts changes nothing."""
    members, attempts = [f"m{i}" for i in range(len(team))], attempts_of(team)
    policy = {"attempt": counted, "missing": missing}
    first = report(roster("A: " + " ".join(members), "B: z", **policy), attempts, aggregate)
    random.shuffle(members)
    random.shuffle(attempts)
    again = report(roster("A: " + " ".join(members), "B: z", **policy), attempts, aggregate)
    assert again == first


@given(TEAMS)
@settings(deadline=None, max_examples=20)
def test_a_zero_never_raises_the_median(team: list[list[tuple[float, float]]]) -> None:
    """A group does not gain by a member who hands in nothing."""
    members = " ".join(f"m{i}" for i in range(len(team)))
    attempts = attempts_of(team)
    [before], [after] = (
        report(roster(f"A: {names}"), attempts).groups for names in (members, members + " z")
    )
    assert after.score <= before.score


def course_report(names: list[str], aggregate: Aggregate = "median") -> Report:
    """A report on the whole course with groups of these names."""
    course = Roster(
        course="NN",
        groups=tuple(
            Group(name=name, members=(Member(name=f"m{i}"), Member(name=f"n{i}")))
            for i, name in enumerate(names)
        ),
    )
    attempts = [
        attempt(f"m{i}", i, **{name: worth / (i + 1) for name, worth in COURSE.items()})
        for i in range(len(names))
    ]
    now = NOON
    return build_report(course, attempts, assignments(COURSE), aggregate=aggregate, now=now).report


@pytest.mark.parametrize("names", [list("ABCDE"), ["A", "가나다라", "모임 한글 이름"]])
def test_table(names: list[str]) -> None:
    """The table fits 80 cells, shows every group and assignment, and is aligned, also in Hangul."""
    text = render_table(course_report(names))
    lines = text.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert "cross" in text
    assert "1/2" in text
    rows = [line for line in lines if "1/2" in line]
    assert [name for name, row in zip(names, rows, strict=True) if name not in row] == []
    assert len({cell_len(row[: row.index("1/2")]) for row in rows}) == 1


def test_table_says_the_rule() -> None:
    """The last sentence states how the figures come about, with the aggregate used."""
    text = " ".join(render_table(course_report(["A"])).split())
    assert text.endswith(
        "Progress of a group = median of its members' totals, with each member's best attempt at "
        "every assignment; a member without an attempt counts as zero."
    )
    text = " ".join(render_table(course_report(["A"], "max")).split())
    assert "= maximum of its members' totals" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_table_of_any_width(width: int) -> None:
    """What does not fit is left out whole, and a name in brackets is not mark-up."""
    text = render_table(course_report(["[red]", "B"]), width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "[red]" in text
    assert ("cross" in text) == (width >= 80)


def test_table_does_not_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same report is the same text, whatever the terminal."""
    text = render_table(course_report(["A"]))
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert render_table(course_report(["A"])) == text

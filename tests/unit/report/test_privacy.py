"""What is public holds groups, n and medians, and nothing of one person."""

import json
from datetime import date, timedelta
from itertools import chain
from typing import Any, get_args

import pytest
from fabricated import ANNOUNCED, START, assignments, results, roster
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from grader.course.policy import Policy
from grader.course.roster import Roster
from grader.errors import ConfigurationError
from grader.gradebook import Entry, Outcome, Override
from grader.report import CourseReport, PublicReport, build_report, render_html
from grader.report import render_markdown as markdown
from grader.result import SubmissionResult, Verdict

NOW = START + timedelta(days=22)
SMALL = {"A": ("기민준", "이진욱", "전채훈"), "둘": ("강 건", "김지나"), "Solo": ("유원호",)}


def entries(course: Roster, number: int) -> list[Entry]:
    """Attempts of a course made up from a seed."""
    return [entry(n, one) for n, one in enumerate(results(course, number), start=1)]


def entry(number: int, result: SubmissionResult) -> Entry:
    """What a report needs of a result."""
    assert result.member is not None
    scores: dict[str, float | None] = {part.id: part.score for part in result.assignments}
    moments = result.graded_at, result.submitted_at
    return Entry(number, result.member, result.digest, None, *moments, scores)


def report(groups: dict[str, tuple[str, ...]] = SMALL, **more: Any) -> CourseReport:
    """A report with changes since a week ago."""
    course = roster(groups, more.pop("policy", None))
    found = more.pop("entries", None) or entries(course, 40)
    since = NOW - timedelta(days=7)
    return build_report(course, found, assignments(), **({"now": NOW, "since": since} | more))


def fields(model: type[BaseModel]) -> set[str]:
    """The names of all fields of a model and of the models in it."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        inner = chain([field.annotation], *(get_args(a) for a in get_args(field.annotation)),
                      get_args(field.annotation))  # fmt: skip
        for one in inner:
            if isinstance(one, type) and issubclass(one, BaseModel):
                names |= fields(one)
    return names


def test_the_public_form_has_no_place_for_a_person() -> None:
    """Its types hold exactly these values: none of them is a member's."""
    assert fields(PublicReport) == {
        "schema_", "course", "aggregate", "generated_at", "policy", "groups", "since",
        "attempt", "missing", "minimum", "late",
        "grace", "penalty", "loses", "every", "cutoff",
        "group", "counted", "points", "score", "progress", "rank", "change", "assignments", "id",
    }  # fmt: skip


def test_small_groups_are_withheld() -> None:
    """Of a group with fewer than three counted members there is its name and n, nothing else."""
    large, two, one = report().public.groups
    assert not large.withheld
    assert (large.rank, len(large.assignments)) == (1, 5)
    for group, counted in ((two, 2), (one, 1)):
        assert group.withheld
        values = group.model_dump(exclude={"group", "counted", "points"})
        assert group.counted == counted
        assert set(values.values()) == {None, ()}


def test_what_counts_is_who_is_counted() -> None:
    """A group of three of which one is excluded is a group of two."""
    course = roster({"A": SMALL["A"]}, Policy(missing="exclude"))
    some = [one for one in entries(course, 9) if one.member != "전채훈"]
    assert (
        report({"A": SMALL["A"]}, policy=Policy(missing="exclude"), entries=some)
        .public.groups[0]
        .withheld
    )


def test_the_minimum_withholds_more() -> None:
    """Where the policy asks for four members, three are too few."""
    assert report(policy=Policy(minimum=4)).public.groups[0].withheld


def test_ranks_leave_no_gap_for_the_withheld() -> None:
    """Groups are ranked among those that are shown, so that no rank tells of the others."""
    groups = {**ANNOUNCED, "둘": ("a", "b"), "Solo": ("c",)}
    public = report(groups).public
    ranks = sorted(group.rank for group in public.groups if group.rank is not None)
    assert len(ranks) == 5
    assert all(rank <= place for place, rank in enumerate(ranks, start=1))


@pytest.mark.parametrize("aggregate", ["min", "max"])
def test_no_public_extremes(aggregate: Any) -> None:
    """A minimum or maximum is one member's score, so it has no public form."""
    found = report(aggregate=aggregate)
    with pytest.raises(ConfigurationError, match=f"--{aggregate} is the score of one member"):
        _ = found.public
    with pytest.raises(ConfigurationError):
        render_html(found, [], staff=False)
    assert "기민준" in render_html(found, [], staff=True)


def published(found: CourseReport) -> list[str]:
    """Everything that is made for passing on."""
    outcomes = [
        Outcome("iris", "x", "seen check", 1, False, Verdict.FAILED, 5),
        Outcome("iris", "y", "secret check", 1, True, Verdict.FAILED, 5),
        Outcome("iris", "z", "rare check", 1, False, Verdict.FAILED, 2),
    ]
    public = found.public
    page = render_html(found, outcomes, staff=False)
    return [markdown(public), public.to_json(), page]


def test_no_name_is_published() -> None:
    """No form that is passed on holds a member's name, login or reason for an override."""
    override = Override(
        member="강 건", assignment="iris", score=3, reason="was ill", by="ta", at=START
    )
    for text in published(report(overrides=[override])):
        for name in (*chain(*SMALL.values()), "was ill"):
            assert name not in text


def test_hidden_and_rare_checks_are_not_published() -> None:
    """The public page lists no hidden check, and none that fewer than three tried."""
    page = published(report())[2]
    assert "seen check" in page
    assert "secret check" not in page
    assert "rare check" not in page


SCORES = st.lists(st.integers(0, 15), min_size=3, max_size=3)


@given(SCORES, SCORES, st.integers(0, 15))
@settings(deadline=None, max_examples=25)
def test_small_groups_change_nothing_public(
    first: list[int], second: list[int], other: int
) -> None:
    """Whatever a member of a small group scores, everything published stays the same."""
    seen = []
    for score in (first, second):
        found = [
            Entry(n, name, f"sha256:{n:064x}", None, START, START, {"iris": float(points)})
            for n, (name, points) in enumerate(
                zip(("강 건", "김지나", "유원호", *SMALL["A"]), (*score, other, 3, 9), strict=True)
            )
        ]
        seen.append(published(report(entries=found)))
    assert seen[0] == seen[1]


def test_only_the_median_of_three_is_published() -> None:
    """In a group of three, changing who has which score, or the extremes, changes nothing."""
    seen = []
    for points in ((1, 7, 12), (12, 1, 7), (0, 7, 15)):
        found = [
            Entry(n, name, f"sha256:{n:064x}", None, START, START, {"iris": float(one)})
            for n, (name, one) in enumerate(zip(SMALL["A"], points, strict=True))
        ]
        seen.append(published(report({"A": SMALL["A"]}, entries=found)))
    assert seen[0] == seen[1] == seen[2]


def test_changes_are_withheld_where_the_past_is() -> None:
    """A change is published only where the group had enough members then as well."""
    joined = roster({"A": SMALL["A"]})
    late = joined.groups[0].members[0].model_copy(update={"joined": NOW - timedelta(days=1)})
    group = joined.groups[0].model_copy(update={"members": (late, *joined.groups[0].members[1:])})
    course = joined.model_copy(update={"groups": (group,)})
    found = build_report(
        course, entries(joined, 12), assignments(), now=NOW, since=NOW - timedelta(days=2)
    )
    assert found.report.groups[0].change is not None
    assert found.public.groups[0].change is None
    assert not found.public.groups[0].withheld


def test_over_time_has_gaps_where_too_few_were_counted() -> None:
    """A line has no figure at moments at which the group had fewer than three members."""
    lines = report().over_time()
    assert any(point.progress for point in lines["A"])
    assert {point.progress for point in (*lines["둘"], *lines["Solo"])} == {None}


@pytest.mark.parametrize("aggregate", ["median", "mean", "min", "max"])
@pytest.mark.parametrize("attempt", ["best", "latest"])
@pytest.mark.parametrize("missing", ["zero", "exclude"])
def test_lines_end_where_the_report_is(aggregate: Any, attempt: Any, missing: Any) -> None:
    """The last figure over time is the report's, under every policy, also with what is by hand."""
    policy = Policy(attempt=attempt, missing=missing)
    people = roster({"A": tuple("abcde"), "B": tuple("fghi"), "C": tuple("jk")}, policy)
    group = people.groups[0]
    [first, second, *others] = group.members
    first = first.model_copy(update={"joined": date(2030, 1, 1)})
    second = second.model_copy(update={"left": date(2026, 11, 3)})
    group = group.model_copy(update={"members": (first, second, *others)})
    people = people.model_copy(update={"groups": (group, *people.groups[1:])})
    handed_in = [one for one in entries(people, 40) if one.member not in ("e", "i")]
    by_hand = Override(
        member="c", assignment="iris", score=3, reason="ill", by="ta", at=START + timedelta(days=1)
    )
    found = build_report(
        people, handed_in, assignments(), aggregate=aggregate, now=NOW, overrides=[by_hand]
    )
    lines = found.over_time()
    for one in found.report.groups:
        assert lines[one.group][-1].progress == (one.progress if one.counted >= 3 else None)
    assert {one.counted for one in found.report.groups} == {
        "zero": {3, 4, 2}, "exclude": {2, 3}
    }[missing]  # fmt: skip


def test_the_staff_report_is_another_document() -> None:
    """Members are in a document with a schema of its own, never in report/v1."""
    found = report()
    assert "기민준" not in found.report.to_json()
    staff = json.loads(found.staff.to_json())
    assert staff["schema"] == "grader/staff/v1"
    assert [one["name"] for one in staff["members"]] == list(chain(*SMALL.values()))

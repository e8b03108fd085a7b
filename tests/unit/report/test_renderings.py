"""Markdown, CSV, the explanation of a figure, and the HTML page's values."""

import csv
import re
import unicodedata
from datetime import timedelta
from html import unescape
from io import StringIO
from statistics import median
from typing import Any

import pandas as pd
import pytest
from fabricated import ANNOUNCED, START, assignments, roster
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from grader.course.policy import LateRule, Policy
from grader.course.roster import Group, Member, Roster
from grader.errors import ConfigurationError
from grader.gradebook import Entry, Outcome, Override
from grader.harmless import in_markdown as escaped
from grader.report import (
    CourseReport,
    build_report,
    render_explanation,
    render_html,
    render_long,
    render_markdown,
    render_members,
    render_table,
    render_wide,
)
from grader.report.explain import deciders
from grader.report.model import Point
from grader.report.view import chart, hardest_checks, heat, spark
from grader.result import Verdict

NOW = START + timedelta(days=22)


def report(
    groups: dict[str, tuple[str, ...]] | Roster = ANNOUNCED,
    scores: dict[str, float] | None = None,
    **more: Any,
) -> CourseReport:
    """A report in which members have these scores at iris, by default 0, 1, 2, …"""
    course = groups if isinstance(groups, Roster) else roster(groups)
    names = [member.key for group in course.groups for member in group.members]
    given = {name: float(n) for n, name in enumerate(names)} if scores is None else scores
    entries = [
        Entry(n, name, f"sha256:{n:064x}", None, START, START, {"iris": score, "mnist": None})
        for n, (name, score) in enumerate(given.items(), start=1)
    ]
    return build_report(course, entries, assignments(), **({"now": NOW} | more))


def test_markdown_holds_every_group() -> None:
    """Best first: rank, name, n, bar and the medians of the assignments; then the rule."""
    text = render_markdown(report().public)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[1] for row in rows[2:]] == ["E", "D", "C", "B", "A"]
    assert rows[2] == "| 1 | E | 3 | `█░░░░░░░░░` 13% | 0 | 0 | 0 | 13 | 0 |"
    assert "median of its members' totals" in text
    assert "As of 2026-11-24 09:00 UTC" in text


@pytest.mark.parametrize(
    "name",
    ["a|b", "**x**", "<b>x</b>", "@someone", "#1", "[x](y)", "`x`", "~~x~~", "&lt;", "<!-- -->"],
)
def test_markdown_is_neutralised(name: str) -> None:
    """A name in a roster is never mark-up, HTML, a mention, an issue or a new cell."""
    text = render_markdown(report({name: ("a", "b", "c")}).public)
    assert not re.search(rf"(?<!\\){re.escape(name)}", text)
    assert unescape(escaped(name).replace("\\", "").replace("\u200b", "")) == name
    assert not re.search("[@#][a-z0-9]", escaped(name))


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(StringIO(text, newline="")))


def test_csv_of_groups() -> None:
    """Without staff a row is a group's, long or wide, and no member's name is in it."""
    found = report()
    long, wide = render_long(found, staff=False), render_wide(found, staff=False)
    assert "기민준" not in long + wide
    assert len(rows(long)) == 5 * 6
    [total] = [row for row in rows(long) if row["group"] == "E" and row["assignment"] == "total"]
    assert (total["group_score"], total["points"], total["counted"]) == ("13.0", "100.0", "3")
    assert rows(wide)[4]["iris"] == "13.0"
    assert rows(wide)[4]["group_score"] == "13.0"


def test_csv_of_members() -> None:
    """For staff a row is a member's, with member_score beside group_score, and pandas reads it."""
    late = Override(member="강 건", assignment="iris", score=4, reason="ill", by="ta", at=START)
    found = report(overrides=[late])
    frame = pd.read_csv(StringIO("\ufeff" + render_long(found, staff=True)))
    one = frame[(frame["name"] == "강 건") & (frame["assignment"] == "iris")].iloc[0]
    assert (one["member_score"], one["group_score"], one["override"]) == (4, 6, "ill")
    wide = pd.read_csv(StringIO(render_wide(found, staff=True)))
    assert list(wide["name"]) == [name for group in ANNOUNCED.values() for name in group]
    medians = wide.groupby("group")["member_score"].median()
    assert (wide.groupby("group")["group_score"].first() == medians).all()


def test_csv_has_no_formula() -> None:
    """A name that a spreadsheet would take for a formula is text."""
    found = report({"=1+1": ("@x", "+y", "-z")})
    cells = {row["name"] for row in rows(render_wide(found, staff=True))}
    assert cells == {"'@x", "'+y", "'-z"}
    assert rows(render_wide(found, staff=False))[0]["group"] == "'=1+1"


def test_explanation_of_an_odd_group() -> None:
    """Members in ascending order, and the one who made the median."""
    lines = render_explanation(report(), "e").splitlines()
    assert lines[0] == "Group E: 13 of 100 points (13.0%) is the middle of 3 totals."
    assert [line.split()[0] for line in lines[4:7]] == ["최유민", "임현진", "유원호"]
    assert ["median" in line for line in lines[4:7]] == [False, True, False]
    assert max(map(cell_len, lines)) <= 80


def test_explanation_of_an_even_group() -> None:
    """With an even number the two middle ones are named."""
    text = render_explanation(report({"G": ("a", "b", "c", "d")}, {"a": 9, "b": 4, "c": 7}), "G")
    assert "5.5 of 100 points (5.5%) is the mean of the middle two, 4 and 7, of 4" in text
    marked = [line.split()[0] for line in text.splitlines() if "← median" in line]
    assert marked == ["b", "c"]


def test_explanation_marks_what_is_special() -> None:
    """Late scores, overrides and members who are not counted are marked, and say why."""
    people = (Member(name="a"), Member(name="b"), Member(name="c", until=START.date()))
    course = Roster(
        course="NN",
        policy=Policy(late={"iris": LateRule(loses=0.5)}),
        groups=(Group(name="G", members=people),),
    )
    due = tuple(one.model_copy(update={"due": START - timedelta(hours=1)}) for one in assignments())
    entries = [
        Entry(n, name, f"sha256:{n:064x}", None, START, START, {"iris": 10.0})
        for n, name in enumerate("abc", start=1)
    ]
    override = Override(member="b", assignment="iris", score=9, reason="ill", by="ta", at=START)
    found = build_report(course, entries, due, now=NOW, overrides=[override])
    text = render_explanation(found, "G")
    assert "† a, iris: late, 0.5 of it counts" in text
    assert "* b, iris: set by hand: ill" in text
    assert "not counted" in text
    assert "mean of the middle two, 5 and 9" in text
    assert "iris: set by hand: ill" in render_members(found)


def test_explanation_of_no_group() -> None:
    """A group that does not exist is refused with the nearest name."""
    with pytest.raises(ConfigurationError, match='no group "Grp 1"; did you mean "Group 1"'):
        render_explanation(report({"Group 1": ("a", "b", "c")}), "Grp 1")


@given(st.lists(st.integers(0, 100), min_size=1, max_size=9))
def test_deciders_make_the_median(totals: list[int]) -> None:
    """The places that are marked have the standard library's median as their mean."""
    totals = sorted(totals)
    places = deciders(totals, "median")
    assert sum(totals[place] for place in places) / len(places) == median(totals)


def test_limited_to_groups() -> None:
    """A report of some groups keeps their ranks among all, in every form."""
    found = report().limited_to(["b", unicodedata.normalize("NFD", "D")])
    assert [(group.group, group.rank) for group in found.report.groups] == [("B", 4), ("D", 2)]
    assert [(group.group, group.rank) for group in found.public.groups] == [("B", 4), ("D", 2)]
    assert {member.group for member in found.members} == {"B", "D"}
    assert set(found.over_time()) == {"B", "D"}


def test_table_says_too_few_and_changes() -> None:
    """A group below the minimum has no bar, and --since has a column."""
    groups = {"A": ANNOUNCED["A"], "둘": ("a",)}
    course = roster(groups, Policy(minimum=2))
    text = render_table(report(course, since=START - timedelta(days=2)).report)
    assert "too few" in text
    assert "change" in text
    assert max(map(cell_len, text.splitlines())) <= 80


def line(*figures: float | None) -> list[Point]:
    """A line of the chart with these figures."""
    return [Point(at=START + timedelta(days=n), progress=one) for n, one in enumerate(figures)]


def test_lines_have_gaps() -> None:
    """Where there is no figure a line is interrupted, not drawn through zero."""
    assert spark(line(None, 0.5, 1, None, 0)) == ["25,50 50,0", "100,100"]
    assert spark(line(None)) == []


def test_chart_of_many_groups_is_a_band() -> None:
    """Up to eight groups have a line each; more are shown as the middle one and the quarters."""
    few = chart({f"g{n}": line(0, n / 10) for n in range(8)})
    assert (len(few.lines), few.band) == (8, "")
    many = chart({f"g{n}": line(None, n / 10) for n in range(9)})
    assert [one.name for one in many.lines] == ["middle group"]
    assert many.table[0][1] == (None, 0.2)
    assert many.table[1][1] == (None, 0.4)
    assert many.band == "100,40 100,80"
    assert chart({}).lines == ()


def test_heat_has_a_class_for_each_share() -> None:
    """Nothing, zero and full points look different."""
    assert [heat(share) for share in (None, 0, 0.5, 0.99, 1.0)] == ["none", "h0", "h3", "h5", "h5"]


def test_hardest_checks() -> None:
    """Least passed first, with the most frequent way to fail; what all passed is not listed."""

    def outcome(check: str, verdict: Verdict, number: int, hidden: bool = False) -> Outcome:
        return Outcome("iris", check, check, 1, hidden, verdict, number)

    found = hardest_checks(
        [
            outcome("easy", Verdict.PASSED, 9),
            outcome("half", Verdict.PASSED, 5),
            outcome("half", Verdict.TIMED_OUT, 1),
            outcome("half", Verdict.FAILED, 4),
            outcome("hard", Verdict.ERRORED, 3, hidden=True),
        ],
        staff=True,
    )
    assert [(row.title, row.tried, row.passed, row.usual) for row in found] == [
        ("hard", 3, 0.0, "errored"),
        ("half", 10, 0.5, "failed"),
    ]


def test_html_escapes_names() -> None:
    """Names that look like HTML are text in the page, for staff and for the public."""
    name = "<script>alert(1)</script>"
    found = report({name: ("<img src=x>", "b", "c")})
    for staff in (False, True):
        page = render_html(found, [], staff=staff)
        assert page.count("<script>") == 1
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_staff_see_the_curves_of_training() -> None:
    """For staff each curve is drawn with its ends, remarked ones first; the public sees none."""
    metrics = {(n, "iris"): {"loss": (1.1, 0.8, 0.2)} for n in range(1, 15)}
    metrics[15, "iris"] = {"loss": (1.1, 1.0, 0.9)}
    found = report()
    page = render_html(found, [], staff=True, metrics=metrics)
    body = page[page.index('<h2 id="training">') :]
    assert body.count("<polyline") == 15
    assert body.index("The loss ends at 0.9") < body.index(">0.2</td>")
    assert 'points="0,0 50,33.33 100,100"' in body
    assert 'id="training"' not in render_html(found, [], staff=False, metrics=metrics)


def test_html_before_anything_is_handed_in() -> None:
    """The page of an empty gradebook says so."""
    page = render_html(report(scores={}), [], staff=True)
    assert "Nothing has been handed in yet" in page
    assert "There is no earlier report to compare with" in page

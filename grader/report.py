"""Attempts → scores of members → progress of groups; the report's JSON, version 1, and a table.

The progress of a group is the median of its members' totals, which is not the total of the
per-assignment medians.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from grader.course.assignment import Assignment
from grader.course.roster import Roster, folded
from grader.gradebook import Attempt
from grader.result import Document, Moment, Quantity, Values

Aggregate = Literal["median", "mean", "min", "max"]

DECIMALS = 6
"""To which a report rounds, once, at the end."""

BAR = 8
"""Cells of a full bar in the table."""


class AssignmentProgress(Values):
    """A group at one assignment: the aggregate of its members' scores there."""

    id: str
    score: Quantity
    points: Quantity
    submitted: int


class GroupProgress(Values):
    """A group: `score` is the aggregate of its counted members' totals, `spread` their extremes."""

    group: str
    members: int
    submitted: int
    score: Quantity
    points: Quantity
    progress: Annotated[float, Field(ge=0, le=1)]
    rank: int
    spread: tuple[Quantity, Quantity]
    assignments: tuple[AssignmentProgress, ...]


class ReportPolicy(Values):
    """The part of the roster's policy that a reader needs to understand the figures."""

    attempt: Literal["best", "latest"]
    missing: Literal["zero", "exclude"]


class Report(Document):
    """The progress of every group, in the roster's order."""

    schema_: Literal["grader/report/v1"] = Field(default="grader/report/v1", alias="schema")
    aggregate: Aggregate
    generated_at: Moment
    policy: ReportPolicy
    groups: tuple[GroupProgress, ...]


def member_scores(
    attempts: Iterable[Attempt], assignments: Sequence[Assignment], roster: Roster
) -> pd.DataFrame:
    """The score of every member with an attempt, under the roster's policy.

    Best and latest are taken for each assignment by itself. The latest attempt is the one that was
    submitted last; of several at one submission, the one graded last. A score above what the
    assignment is worth today, from checks that have changed, counts as full.

    Returns:
        Index: member keys as in the roster, sorted. Columns: assignment ids. Values: points; NaN
        where no attempt that counts handed anything in.
    """
    return _scores(attempts, assignments, roster)[0]


def _scores(
    attempts: Iterable[Attempt], assignments: Sequence[Assignment], roster: Roster
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`member_scores`, and who is not in the roster, in one pass over the attempts."""
    points = {assignment.id: assignment.points for assignment in assignments}
    rows: list[tuple[str, str, float | None, datetime, datetime, int]] = []
    members: set[str] = set()
    unknown: dict[str, str] = {}
    for attempt in attempts:
        found = roster.find(attempt.member)
        if found is None:
            unknown[folded(attempt.member)] = attempt.member
            continue
        key = found[1].key
        members.add(key)
        moments = attempt.submitted_at or attempt.graded_at, attempt.graded_at
        rows += [
            (key, one.id, one.score if one.handed_in else None, *moments, attempt.id)
            for one in attempt.result.assignments
            if one.id in points
        ]
    frame = pd.DataFrame(rows, columns=["member", "assignment", "score", "at", "graded", "id"])
    frame["score"] = frame["score"].astype(float)
    if roster.policy.attempt == "latest":
        frame = frame.sort_values(["at", "graded", "id"])
        frame = frame.drop_duplicates(["member", "assignment"], keep="last")
    table = frame.groupby(["member", "assignment"])["score"].max().unstack()
    table = table.reindex(index=sorted(members), columns=list(points)).astype(float)
    capped = table.clip(upper=pd.Series(points, dtype=float), axis="columns")
    return capped, tuple(unknown[key] for key in sorted(unknown))


def build_report(
    roster: Roster,
    attempts: Iterable[Attempt],
    assignments: Sequence[Assignment],
    *,
    aggregate: Aggregate = "median",
    now: datetime,
) -> tuple[Report, tuple[str, ...]]:
    """The report on every group of `roster`, and who has attempts but is not in it.

    A member without an attempt has zero, or is left out where the policy says so; a group of which
    nobody counts has zero. With an even number of members the median is the mean of the middle
    two. Groups of equal score share a rank, and the next ranks are left free.

    Args:
        roster: the groups, and the policy.
        attempts: of all members, in any order; read once.
        assignments: what progress is counted over.
        aggregate: how members' totals become one figure; the same for each assignment.
        now: when the report is made, with a time zone.
    """
    scores, unknown = _scores(attempts, assignments, roster)
    names = [group.name for group in roster.groups]
    group_of = pd.Series({m.key: group.name for group in roster.groups for m in group.members})

    def per_group(values: "pd.Series[float]", how: str) -> "pd.Series[float]":
        # Sorted, so that the order of members does not show in the last digit of a mean.
        figures = values.sort_values().groupby(group_of).agg(how)
        return figures.reindex(names).fillna(0.0)

    everyone = roster.policy.missing == "zero"
    counted = (scores.reindex(group_of.index) if everyone else scores).fillna(0.0)
    totals = counted.sum(axis="columns")
    score = per_group(totals, aggregate).round(DECIMALS)
    lowest = per_group(totals, "min").round(DECIMALS)
    highest = per_group(totals, "max").round(DECIMALS)
    # Ranked as shown: what rounds to the same figure is equal.
    rank = score.rank(method="min", ascending=False)
    submitted = per_group(pd.Series(1.0, index=scores.index), "sum")
    entries = {
        assignment.id: (
            per_group(counted[assignment.id], aggregate).round(DECIMALS),
            per_group(scores[assignment.id].notna().astype(float), "sum"),
        )
        for assignment in assignments
    }
    points = sum(assignment.points for assignment in assignments)
    report = Report(
        aggregate=aggregate,
        generated_at=now,
        policy=ReportPolicy(attempt=roster.policy.attempt, missing=roster.policy.missing),
        groups=tuple(
            GroupProgress(
                group=group.name,
                members=len(group.members),
                submitted=int(submitted[group.name]),
                score=score[group.name],
                points=points,
                progress=round(min(score[group.name] / points, 1.0), DECIMALS) if points else 0.0,
                rank=int(rank[group.name]),
                spread=(lowest[group.name], highest[group.name]),
                assignments=tuple(
                    AssignmentProgress(
                        id=one.id,
                        score=entries[one.id][0][group.name],
                        points=one.points,
                        submitted=int(entries[one.id][1][group.name]),
                    )
                    for one in assignments
                ),
            )
            for group in roster.groups
        ),
    )
    return report, unknown


def rule(report: Report) -> str:
    """How the figures of a report come about, in one sentence."""
    aggregate = {"min": "minimum", "max": "maximum"}.get(report.aggregate, report.aggregate)
    missing = "counts as zero" if report.policy.missing == "zero" else "is left out"
    return (
        f"Progress of a group = {aggregate} of its members' totals, with each member's "
        f"{report.policy.attempt} attempt at every assignment; a member without an attempt "
        f"{missing}."
    )


def render_table(report: Report, width: int = 80) -> str:
    """The report as text of at most `width` cells a line, best group first, ending with the rule.

    Where not everything fits, the bars are left out, and then the assignments.
    """
    out = StringIO()
    # An empty environment: the text depends on nothing but the arguments.
    console = Console(file=out, width=width, color_system=None, _environ={})
    unlimited = console.options.update(max_width=10_000)
    tables = (
        _table(report, bars=True, assignments=True),
        _table(report, bars=False, assignments=True),
        _table(report, bars=True, assignments=False),
    )
    fitting = (t for t in tables if Measurement.get(console, unlimited, t).maximum <= width)
    console.print(next(fitting, _table(report, bars=False, assignments=False)))
    console.print(rule(report), highlight=False, markup=False)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _table(report: Report, *, bars: bool, assignments: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="", highlight=False)
    table.add_column("#\n", justify="right")
    table.add_column("group\n", max_width=16)
    table.add_column("submitted\n", justify="right")
    table.add_column(f"{report.aggregate}\n")
    table.add_column("spread\n", justify="right")
    for entry in report.groups[0].assignments if assignments else ():
        table.add_column(entry.id.replace("_", "\n", 1), justify="right")
    for group in sorted(report.groups, key=lambda group: group.rank):
        full = round(group.progress * BAR)
        bar = f"{'█' * full}{'░' * (BAR - full)} " if bars else ""
        scores = (f"{entry.score:.3g}" for entry in group.assignments)
        table.add_row(
            str(group.rank),
            Text(group.group),  # a name in brackets is no mark-up
            f"{group.submitted}/{group.members}",
            f"{bar}{group.progress:4.0%}",
            f"{group.spread[0]:.3g}–{group.spread[1]:.3g}",
            *(scores if assignments else ()),
        )
    return table

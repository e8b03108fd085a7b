"""The report as CSV: a row for each score (long), or for each group or member (wide).

With `staff`, a row is a member's, with `member_score` beside `group_score`.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import StringIO

from grader.harmless import in_a_cell
from grader.report.build import CourseReport

TOTAL = "total"
"""Stands for all assignments together in the long form."""

Cell = str | float | int | None


def render_long(report: CourseReport, *, staff: bool) -> str:
    """One row for each group (or member) and assignment, and one for the total."""
    groups = {
        group.group: {
            **{one.id: (one.score, one.points) for one in group.assignments},
            TOTAL: (group.score, group.points),
        }
        for group in report.report.groups
    }
    if not staff:
        header = ["group", "members", "counted", "submitted", "rank", "assignment"]
        rows: list[list[Cell]] = [
            [g.group, g.members, g.counted, g.submitted, g.rank, name, *figures]
            for g in report.report.groups
            for name, figures in groups[g.group].items()
        ]
        return to_csv([*header, "group_score", "points"], rows)
    rows = []
    for member in report.members:
        who: list[Cell] = [member.group, member.name, member.github, int(member.counted)]
        own = {one.id: one for one in member.assignments}
        for name, (group_score, points) in groups[member.group].items():
            one = own.get(name)
            rows.append(
                [
                    *who,
                    name,
                    member.score if one is None else member.counts(one),
                    group_score,
                    points,
                    None if one is None or one.kept == 1 else one.kept,
                    None if one is None else one.override,
                ]
            )
    header = ["group", "name", "github", "counted", "assignment", "member_score", "group_score"]
    return to_csv([*header, "points", "late_kept", "override"], rows)


def render_wide(report: CourseReport, *, staff: bool) -> str:
    """One row for each group (or member), a column for each assignment."""
    ids = [one.id for one in report.report.groups[0].assignments]
    if not staff:
        header = ["group", "members", "counted", "submitted", "rank", *ids, "group_score"]
        rows: list[list[Cell]] = [
            [
                *(g.group, g.members, g.counted, g.submitted, g.rank),
                *(one.score for one in g.assignments),
                *(g.score, g.points, g.progress),
            ]
            for g in report.report.groups
        ]
        return to_csv([*header, "points", "progress"], rows)
    score = {group.group: group.score for group in report.report.groups}
    header = ["group", "name", "github", "counted", *ids, "member_score", "group_score", "points"]
    rows = [
        [
            *(m.group, m.name, m.github, int(m.counted)),
            *(m.counts(one) for one in m.assignments),
            *(m.score, score[m.group], m.points),
        ]
        for m in report.members
    ]
    return to_csv(header, rows)


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV with the line ends and quotes of RFC 4180; a text is never a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    return _harmless(cell) if isinstance(cell, str) else cell


_harmless = lru_cache(1 << 14)(in_a_cell)  # a name stands in many rows

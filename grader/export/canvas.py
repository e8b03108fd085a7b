"""Canvas's gradebook CSV, ready to be imported there.

Canvas finds students by its own numbers; they come from a file that Canvas has exported.
Field names: the columns of Canvas's gradebook export.
"""

from collections.abc import Sequence
from pathlib import Path

from grader.course.matching import Directory, Known
from grader.course.people import is_canvas_row, last_first, read_table
from grader.errors import ConfigurationError
from grader.report import CourseReport
from grader.report.spreadsheet import Cell, to_csv

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")

NEEDED = ("Student", "ID", "Section")
"""Without the columns of the school's own numbers, which Canvas shows to few."""

GROUP = "Group progress"


def to_canvas(report: CourseReport, students: Path | None = None) -> tuple[str, list[str]]:
    """The CSV, and the names of members that `students` does not hold.

    Args:
        report: whose members are written.
        students: a gradebook that Canvas has exported, for the students' numbers.

    Raises:
        ConfigurationError: `students` is no such file.
    """
    known = None if students is None else _Students(report, _read(students))
    groups = {group.group: group for group in report.report.groups}
    assignments = report.report.groups[0].assignments
    points = report.report.groups[0].points
    header = [*COLUMNS, *(one.id for one in assignments), GROUP]
    rows: list[list[Cell]] = [
        ["Points Possible", "", "", "", "", *(one.points for one in assignments), points]
    ]
    missing = []
    for member in report.members:
        row = None
        if known is not None:
            row, why = known.row_of(member.name, member.github)
            if row is None:
                missing.append(f"{member.name}{why}")
                continue
        identity = row or [member.name, "", "", member.github or "", member.group]
        scores = [member.counts(one) for one in member.assignments]
        rows.append([*identity, *scores, groups[member.group].score])
    return to_csv(header, rows), missing


class _Students:
    """Canvas's students beside a report's members: a row belongs to one member, or to nobody."""

    def __init__(self, report: CourseReport, rows: Sequence[Sequence[str]]) -> None:
        # Canvas writes "Last, First" or the name as it is.
        self._rows = Directory(Known(row, row[3], (row[0], last_first(row[0]))) for row in rows)
        self._members = Directory(
            Known((one.name, one.github), one.github, (one.name,)) for one in report.members
        )

    def row_of(self, name: str, github: str | None) -> tuple[Sequence[str] | None, str]:
        """The row of a member, or None and in brackets why several are in question."""
        rows = self._rows.find(login=github, names=[name])
        if len(rows) > 1:
            return None, f" ({len(rows)} students there are called so, and no login says which)"
        if not rows:
            return None, ""
        claims = self._members.find(login=rows[0][3], names=[rows[0][0], last_first(rows[0][0])])
        if len(claims) > 1:
            return None, f" ({len(claims)} members are called so, and no login says which)"
        return (rows[0], "") if claims == ((name, github),) else (None, "")


def _read(path: Path) -> list[Sequence[str]]:
    """The columns that Canvas knows each student by."""
    header, *rows = [cells for _, cells in read_table(path)] or [[]]
    if not rows or not set(NEEDED) <= set(header):
        raise ConfigurationError(
            f"{path} is not a gradebook exported by Canvas: it needs the columns "
            f"{', '.join(NEEDED)}"
        )
    found = [
        [cells.get(column, "") for column in COLUMNS]
        for cells in (dict(zip(header, row, strict=False)) for row in rows)
    ]
    return [row for row in found if is_canvas_row(row[0], row[1])]

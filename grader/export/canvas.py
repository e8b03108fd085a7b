"""Canvas's gradebook CSV, ready to be imported there.

Canvas finds students by its own numbers; they come from a file that Canvas has exported.
Field names: the columns of Canvas's gradebook export.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from grader.course.roster import folded
from grader.errors import ConfigurationError
from grader.harmless import in_a_cell
from grader.report import CourseReport

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
    known = {} if students is None else _read(students)
    groups = {group.group: group for group in report.report.groups}
    assignments = report.report.groups[0].assignments
    points = report.report.groups[0].points
    out = StringIO()
    writer = csv.writer(out)
    # Canvas finds a student by its ID, digits that no cell is made harmless for.
    writer.writerow([*COLUMNS, *(one.id for one in assignments), GROUP])
    writer.writerow(
        ["Points Possible", "", "", "", "", *(one.points for one in assignments), points]
    )
    missing = []
    for member in report.members:
        row = known.get(folded(member.name)) or known.get(folded(member.github or ""))
        if students is not None and row is None:
            missing.append(member.name)
            continue
        identity = row or [member.name, "", "", member.github or "", member.group]
        scores = [member.counts(one) for one in member.assignments]
        writer.writerow([*map(in_a_cell, identity), *scores, groups[member.group].score])
    return out.getvalue(), missing


def _read(path: Path) -> dict[str, Sequence[str]]:
    """Name, and login, of every student → the columns that Canvas knows them by."""
    try:
        rows = list(csv.DictReader(StringIO(path.read_bytes().decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read as a CSV in UTF-8: {error}") from None
    if not rows or not set(NEEDED) <= set(rows[0]):
        raise ConfigurationError(
            f"{path} is not a gradebook exported by Canvas: it needs the columns "
            f"{', '.join(NEEDED)}"
        )
    found: dict[str, Sequence[str]] = {}
    for row in rows:
        identity = [row.get(column) or "" for column in COLUMNS]
        if identity[0].strip() != "Points Possible":
            # Canvas writes "Last, First" or the name as it is.
            names = {identity[0], " ".join(reversed(identity[0].split(", ", 1))), identity[3]}
            found |= {folded(name.strip()): identity for name in names if name.strip()}
    return found

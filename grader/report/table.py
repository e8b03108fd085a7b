"""The report as text for a terminal."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

from grader.amounts import changed, filled, percent, points
from grader.harmless import in_a_log, on_lines, on_one_line
from grader.report.model import GroupProgress, Report, best_first
from grader.report.rule import rule

BAR = 8
"""Cells of a full bar."""

NAME = 20
"""Cells of a group's name; longer ones are cut."""


class Column:
    """A column of a table.

    Args:
        name: its header; a line break makes it two lines.
        cells: one for each row.
        right: whether they stand at the right.
    """

    def __init__(self, name: str, cells: Iterable[str], *, right: bool = True) -> None:
        self.head = on_lines(name).split("\n")
        self.cells = [on_one_line(cell) for cell in cells]
        self.right = right
        self.width = max(map(cell_len, {*self.head, *self.cells}))

    def padded(self, height: int) -> list[str]:
        """A header of `height` lines and the cells, each in `width` cells of a terminal."""
        shown = [*self.head, *[""] * (height - len(self.head)), *self.cells]
        spaces = [" " * (self.width - cell_len(text)) for text in shown]
        pairs = zip(spaces, shown, strict=True) if self.right else zip(shown, spaces, strict=True)
        return [first + second for first, second in pairs]


def render_table(report: Report, width: int = 80) -> str:
    """The report as text of at most `width` cells a line, best group first, ending with the rule.

    Where not everything fits, the bars are left out, and then the assignments.
    """
    groups = best_first(report.groups)
    before, figure, bars, after, assignments = _columns(report, groups)
    forms = (
        [*before, bars, *after, *assignments],
        [*before, figure, *after, *assignments],
        [*before, bars, *after],
        [*before, figure, *after],
    )
    fitting = next((form for form in forms if total_width(form) <= width), forms[-1])
    text = rule(report)
    if report.since is not None:
        text += f" Change since {report.since:%Y-%m-%d %H:%M} UTC."
    return joined([*aligned(fitting, width), *wrapped(text, width)])


def total_width(columns: Sequence[Column]) -> int:
    """How many cells of a terminal a table takes, with a cell of space between columns."""
    return sum(column.width for column in columns) + len(columns) - 1


def aligned(columns: Sequence[Column], width: int) -> list[str]:
    """The rows under their header, in lines of at most `width` cells."""
    height = max(len(column.head) for column in columns)
    lines = map(" ".join, zip(*(column.padded(height) for column in columns), strict=True))
    return [*lines] if total_width(columns) <= width else [_cut(line, width) for line in lines]


def wrapped(text: str, width: int) -> list[str]:
    """A sentence in lines of at most `width` cells."""
    lines = [""]
    for word in on_one_line(text).split():
        if cell_len(f"{lines[-1]} {word}".strip()) > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [_cut(line, width) for line in lines]


def joined(lines: Iterable[str]) -> str:
    """The lines as text, harmless in a log."""
    return in_a_log("\n".join(line.rstrip() for line in lines) + "\n")


def _cut(line: str, width: int) -> str:
    return line if cell_len(line) <= width else set_cell_size(line, width)


def _columns(
    report: Report, groups: Sequence[GroupProgress]
) -> tuple[list[Column], Column, Column, list[Column], list[Column]]:
    """Those before the figure, the figure without and with a bar, those after, the assignments."""
    since = report.since is not None
    figures = [_progress(group) for group in groups]
    bars = [_bar(group) for group in groups]
    return (
        [
            Column("#", ("" if group.rank is None else str(group.rank) for group in groups)),
            Column("group", (_short(group.group) for group in groups), right=False),
            Column("submitted", (f"{group.submitted}/{group.members}" for group in groups)),
        ],
        Column(report.aggregate, figures, right=False),
        Column(report.aggregate, map("".join, zip(bars, figures, strict=True)), right=False),
        [
            *([Column("change", map(_change, groups))] if since else []),
            Column("spread", map(_spread, groups)),
        ],
        [
            Column(
                one.id.replace("_", "\n", 1),
                (_points(g.assignments[n].score, g.assignments[n].points) for g in groups),
            )
            for n, one in enumerate(report.groups[0].assignments)
        ],
    )


def _points(score: float | None, of: float) -> str:
    return "–" if score is None else points(score, of)


def _spread(group: GroupProgress) -> str:
    if group.spread is None:
        return "–"
    low, high = group.spread
    return f"{points(low, group.points)}–{points(high, group.points)}"


def _short(name: str) -> str:
    if cell_len(name) <= NAME:
        return name
    return set_cell_size(name, NAME - 1).rstrip() + "…"


def _progress(group: GroupProgress) -> str:
    return "too few" if group.progress is None else f"{percent(group.progress):>4}"


def _bar(group: GroupProgress) -> str:
    """A bar, and a space before the figure; nothing where there is no figure."""
    if group.progress is None:
        return ""
    full = filled(group.progress, BAR)
    return f"{'█' * full}{'░' * (BAR - full)} "


def _change(group: GroupProgress) -> str:
    return "–" if not group.change else f"{changed(group.change)}%"

"""The report as text for a terminal."""

from collections.abc import Collection, Sequence

from rich.cells import cell_len, set_cell_size

from grader.amounts import changed, filled, percent, points
from grader.harmless import in_a_log, on_one_line
from grader.report.model import GroupProgress, Report, best_first
from grader.report.rule import rule

BAR = 8
"""Cells of a full bar."""

NAME = 20
"""Cells of a group's name; longer ones are cut."""


def render_table(report: Report, width: int = 80) -> str:
    """The report as text of at most `width` cells a line, best group first, ending with the rule.

    Where not everything fits, the bars are left out, and then the assignments.
    """
    forms = ((True, True), (False, True), (True, False), (False, False))
    for bars, assignments in forms:
        lines = _lines(report, bars=bars, assignments=assignments)
        if max(map(cell_len, lines)) <= width:
            break
    text = rule(report)
    if report.since is not None:
        text += f" Change since {report.since:%Y-%m-%d %H:%M} UTC."
    return joined([*lines, *wrapped(text, width)], width)


def aligned(
    header: Sequence[str], right: Collection[int], rows: Sequence[Sequence[str]]
) -> list[str]:
    """Rows under a header in columns, a cell of space between them, in cells of a terminal.

    Args:
        header: the names; a line break in one makes the header two lines.
        right: the columns that stand at the right.
        rows: the cells.
    """
    height = max(name.count("\n") for name in header) + 1
    heads = [(name.split("\n") + [""] * height)[:height] for name in header]
    table = [[head[line] for head in heads] for line in range(height)] + [list(row) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        cells = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if number in right else cell + space)
        lines.append(" ".join(cells).rstrip())
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """A sentence in lines of at most `width` cells."""
    lines = [""]
    for word in text.split():
        if cell_len(f"{lines[-1]} {word}".strip()) > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def joined(lines: Sequence[str], width: int) -> str:
    """The lines as text, none wider than `width`, harmless in a terminal and a log."""
    shown = map(on_one_line, lines)
    fitting = (line if cell_len(line) <= width else set_cell_size(line, width) for line in shown)
    return in_a_log("\n".join(line.rstrip() for line in fitting) + "\n")


def _lines(report: Report, *, bars: bool, assignments: bool) -> list[str]:
    since = report.since is not None
    parts = report.groups[0].assignments if assignments else ()
    header = ["#", "group", "submitted", report.aggregate, *(["change"] if since else []), "spread"]
    header += [entry.id.replace("_", "\n", 1) for entry in parts]
    rows = [
        [
            "" if group.rank is None else str(group.rank),
            _short(group.group),
            f"{group.submitted}/{group.members}",
            _progress(group, bars=bars),
            *([_change(group)] if since else []),
            _spread(group),
            *(_points(entry.score, entry.points) for entry in group.assignments[: len(parts)]),
        ]
        for group in best_first(report.groups)
    ]
    return aligned(header, set(range(len(header))) - {1, 3}, rows)


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


def _progress(group: GroupProgress, *, bars: bool) -> str:
    if group.progress is None:
        return "too few"
    full = filled(group.progress, BAR)
    bar = f"{'█' * full}{'░' * (BAR - full)} " if bars else ""
    return f"{bar}{percent(group.progress):>4}"


def _change(group: GroupProgress) -> str:
    return "–" if not group.change else f"{changed(group.change)}%"

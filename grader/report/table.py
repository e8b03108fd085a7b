"""The report as text for a terminal."""

from io import StringIO

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from grader.report.model import GroupProgress, Report
from grader.report.rule import rule

BAR = 8
"""Cells of a full bar."""


def render_table(report: Report, width: int = 80) -> str:
    """The report as text of at most `width` cells a line, best group first, ending with the rule.

    Where not everything fits, the bars are left out, and then the assignments.
    """
    console = plain_console(width)
    unlimited = console.options.update(max_width=10_000)
    tables = (
        _table(report, bars=True, assignments=True),
        _table(report, bars=False, assignments=True),
        _table(report, bars=True, assignments=False),
    )
    fitting = (t for t in tables if Measurement.get(console, unlimited, t).maximum <= width)
    chosen = next(fitting, _table(report, bars=False, assignments=False))
    text = rule(report)
    if report.since is not None:
        text += f" Change since {report.since:%Y-%m-%d %H:%M} UTC."
    return rendered([chosen, Text(text)], width)


def plain_console(width: int) -> Console:
    """A console that depends on nothing but its width, also not on the environment."""
    return Console(file=StringIO(), width=width, color_system=None, _environ={})


def rendered(parts: list[RenderableType], width: int) -> str:
    """What rich makes of the parts, as text without spaces at the ends of lines."""
    console = plain_console(width)
    with console.capture() as captured:
        for part in parts:
            console.print(part, highlight=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _table(report: Report, *, bars: bool, assignments: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="", highlight=False)
    table.add_column("#\n", justify="right")
    table.add_column("group\n", max_width=16)
    table.add_column("submitted\n", justify="right")
    table.add_column(f"{report.aggregate}\n")
    if report.since is not None:
        table.add_column("change\n", justify="right")
    table.add_column("spread\n", justify="right")
    for entry in report.groups[0].assignments if assignments else ():
        table.add_column(entry.id.replace("_", "\n", 1), justify="right")
    for group in sorted(report.groups, key=lambda group: group.rank):
        scores = (f"{entry.score:.3g}" for entry in group.assignments)
        table.add_row(
            str(group.rank),
            Text(group.group),  # a name in brackets is no mark-up
            f"{group.submitted}/{group.members}",
            _progress(group, bars=bars),
            *([_change(group)] if report.since is not None else []),
            f"{group.spread[0]:.3g}–{group.spread[1]:.3g}",
            *(scores if assignments else ()),
        )
    return table


def _progress(group: GroupProgress, *, bars: bool) -> str:
    if not group.enough:
        return "too few"
    full = round(group.progress * BAR)
    bar = f"{'█' * full}{'░' * (BAR - full)} " if bars else ""
    return f"{bar}{group.progress:4.0%}"


def _change(group: GroupProgress) -> str:
    return "–" if not group.change else f"{group.change:+.1%}"

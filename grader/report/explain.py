"""Members, for staff: all of them, or how one group's figure came about."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from grader.report.build import CourseReport, find_group
from grader.report.model import GroupProgress, MemberAssignment, MemberProgress
from grader.report.rule import sentences
from grader.report.table import rendered


def deciders(totals: Sequence[float], aggregate: str) -> list[int]:
    """Which places of ascending `totals` made the figure: one or two of a median, all of a mean."""
    count = len(totals)
    if not count:
        return []
    return {
        "median": sorted({(count - 1) // 2, count // 2}),
        "mean": list(range(count)),
        "min": [0],
        "max": [count - 1],
    }[aggregate]


def render_explanation(report: CourseReport, name: str, width: int = 80) -> str:
    """The members' totals, ascending, and which one or two of them made the median.

    Raises:
        ConfigurationError: there is no such group.
    """
    group = find_group(report.report, name)
    aggregate = report.report.aggregate
    members = [one for one in report.members if one.group == group.group]
    counted = sorted((one for one in members if one.counted), key=lambda one: one.score)
    decisive = deciders([one.score for one in counted], aggregate)
    ids = [one.id for one in group.assignments]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="", highlight=False)
    table.add_column("member")
    table.add_column("total", justify="right")
    for one in ids:
        table.add_column(one.replace("_", "\n", 1), justify="right")
    table.add_column("")
    for place, member in enumerate(counted):
        mark = f"← {aggregate}" if place in decisive and aggregate != "mean" else ""
        table.add_row(*_row(member), Text(mark))
    for member in members:
        if not member.counted:
            table.add_row(*_row(member), Text("not counted"))
    parts = [Text(_conclusion(group, counted, decisive, aggregate)), Text()]
    notes = [Text(f"{'' if n else chr(10)}{line}") for n, line in enumerate(_notes(members))]
    words = Text("\n" + " ".join(sentences(report.report)))
    return rendered([*parts, table, *notes, words], width)


def render_members(report: CourseReport, width: int = 80) -> str:
    """All members with their totals, group by group; for staff."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="", highlight=False)
    table.add_column("group")
    table.add_column("member")
    table.add_column("total", justify="right")
    for one in report.report.groups[0].assignments:
        table.add_column(one.id.replace("_", "\n", 1), justify="right")
    for member in report.members:
        table.add_row(Text(member.group), *_row(member))
    notes = [Text(line) for line in _notes(list(report.members))]
    return rendered([table, *notes], width)


def _row(member: MemberProgress) -> list[Text]:
    cells = [_cell(one) for one in member.assignments]
    return [Text(cell) for cell in (member.name, f"{member.score:.6g}", *cells)]


def _cell(one: MemberAssignment) -> str:
    if one.score is None:
        return "–"
    mark = "*" if one.override is not None else "†" if one.kept < 1 else ""
    return f"{one.score:.4g}{mark}"


def _conclusion(
    group: GroupProgress, counted: list[MemberProgress], decisive: list[int], aggregate: str
) -> str:
    if not group.enough:
        return f"Group {group.group}: {len(counted)} counted members, too few for a figure."
    if not decisive:
        return f"Group {group.group}: nobody is counted."
    middle = " and ".join(f"{counted[place].score:.6g}" for place in decisive)
    how = {
        "median": f"the middle of {len(counted)} totals"
        if len(decisive) == 1
        else f"the mean of the middle two, {middle}, of {len(counted)} totals",
        "mean": f"the mean of {len(counted)} totals",
        "min": f"the lowest of {len(counted)} totals",
        "max": f"the highest of {len(counted)} totals",
    }[aggregate]
    return (
        f"Group {group.group}: {group.score:.6g} of {group.points:.6g} points "
        f"({group.progress:.1%}) is {how}."
    )


def _notes(members: list[MemberProgress]) -> list[str]:
    """What the marks in the table mean, one line each."""
    found = []
    for member in members:
        for one in member.assignments:
            if one.override is not None:
                found.append(f"* {member.name}, {one.id}: set by hand: {one.override}")
            elif one.score is not None and one.kept < 1:
                found.append(f"† {member.name}, {one.id}: late, {one.kept:.4g} of it counts")
    return found

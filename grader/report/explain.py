"""Members, for staff: all of them, or how one group's figure came about."""

from collections.abc import Sequence

from grader.amounts import counted as number_of
from grader.amounts import in_points, percent, points
from grader.report.build import CourseReport
from grader.report.model import GroupProgress, MemberAssignment, MemberProgress
from grader.report.rule import sentences
from grader.report.table import Column, aligned, joined, wrapped


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
    group = report.report.group(name)
    aggregate = report.report.aggregate
    members = [one for one in report.members if one.group == group.group]
    counted = sorted((one for one in members if one.counted), key=_total)
    decisive = [] if group.score is None else deciders([*map(_total, counted)], aggregate)
    shown = aggregate != "mean"
    marks = [
        f"← {aggregate}" if place in decisive and shown else "" for place in range(len(counted))
    ]
    others = [member for member in members if not member.counted]
    columns = _columns([*counted, *others], group)
    columns.append(Column("", [*marks, *["not counted"] * len(others)], right=False))
    table = aligned(columns, width)
    notes = _notes(members)
    lines = [*wrapped(_conclusion(group, counted, decisive, aggregate), width), "", *table, ""]
    lines += [part for note in notes for part in wrapped(note, width)] + ([""] if notes else [])
    return joined([*lines, *wrapped(" ".join(sentences(report.report)), width)])


def render_members(report: CourseReport, width: int = 80) -> str:
    """All members with their totals, group by group; for staff."""
    groups = Column("group", (member.group for member in report.members), right=False)
    table = aligned([groups, *_columns(report.members, report.report.groups[0])], width)
    notes = [part for note in _notes(report.members) for part in wrapped(note, width)]
    return joined([*table, *notes])


def _columns(members: Sequence[MemberProgress], group: GroupProgress) -> list[Column]:
    """The members' names and scores; `group`: any with the same assignments."""
    totals = (
        "–" if member.score is None else points(member.score, member.points) for member in members
    )
    return [
        Column("member", (member.name for member in members), right=False),
        Column("total", totals),
        *(
            Column(one.id.replace("_", "\n", 1), (_cell(m.assignments[n]) for m in members))
            for n, one in enumerate(group.assignments)
        ),
    ]


def _total(member: MemberProgress) -> float:
    """What is counted of a counted member."""
    return member.score or 0.0


def _cell(one: MemberAssignment) -> str:
    if one.score is None:
        return "–"
    return f"{points(one.score, one.points)}{_mark(one)}"


def _mark(one: MemberAssignment) -> str:
    return "*" if one.override is not None else "†" if one.note else ""


def _conclusion(
    group: GroupProgress, counted: list[MemberProgress], decisive: list[int], aggregate: str
) -> str:
    if group.score is None or group.progress is None:
        number = number_of(len(counted), "counted member")
        return f"Group {group.group}: {number}, too few for a figure."
    middle = " and ".join(points(_total(counted[place])) for place in decisive)
    how = {
        "median": f"the middle of {number_of(len(counted), 'total')}"
        if len(decisive) == 1
        else f"the mean of the middle two, {middle}, of {number_of(len(counted), 'total')}",
        "mean": f"the mean of {number_of(len(counted), 'total')}",
        "min": f"the lowest of {number_of(len(counted), 'total')}",
        "max": f"the highest of {number_of(len(counted), 'total')}",
    }[aggregate]
    return (
        f"Group {group.group}: {in_points(group.score, group.points)} "
        f"({percent(group.progress, 1)}) is {how}."
    )


def _notes(members: Sequence[MemberProgress]) -> list[str]:
    """What the marks in the table mean, one line each."""
    return [
        f"{_mark(one)} {member.name}, {one.id}: {one.note}"
        for member in members
        for one in member.assignments
        if one.note
    ]

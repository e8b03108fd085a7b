"""What the HTML page shows, worked out to the last coordinate."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles

from grader.gradebook import Outcome
from grader.report.model import GroupProgress, MemberProgress, Point, PublicReport, Report
from grader.report.privacy import FEWEST
from grader.result import Verdict

LINES = 8
"""Groups up to which each has a line of its own in the chart."""

HARDEST = 12
"""Checks listed as the hardest."""

HEATS = 6
"""Steps of the heat map."""


@dataclass(frozen=True)
class Cell:
    """A score at an assignment."""

    id: str
    score: float | None
    points: float
    note: str = ""

    @property
    def share(self) -> float | None:
        """The score as a share of the points."""
        return None if self.score is None or not self.points else self.score / self.points


@dataclass(frozen=True)
class GroupRow:
    """A group; `progress` is None where its figures are withheld; `spread` is in shares."""

    name: str
    counted: int
    rank: int | None
    score: float | None
    points: float
    progress: float | None
    change: float | None
    cells: tuple[Cell, ...]
    members: int | None = None
    submitted: int | None = None
    spread: tuple[float, float] | None = None
    spread_points: tuple[float, float] | None = None


@dataclass(frozen=True)
class MemberRow:
    """A member, for staff."""

    name: str
    github: str
    group: str
    counted: bool
    score: float | None
    points: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class CheckRow:
    """A check, and how often it was passed."""

    assignment: str
    task: int
    title: str
    hidden: bool
    tried: int
    passed: float
    usual: str


@dataclass(frozen=True)
class Line:
    """A line of the chart, as the points of an SVG polyline in a square of 100 × 100."""

    name: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """Progress over time: a line each, or for many groups a band between quartiles."""

    moments: tuple[datetime, ...] = ()
    lines: tuple[Line, ...] = ()
    band: str = ""
    table: tuple[tuple[str, tuple[float | None, ...]], ...] = field(default=())


def public_groups(report: PublicReport) -> list[GroupRow]:
    """The groups as anybody may see them, best first."""
    rows = [
        GroupRow(
            name=group.group,
            counted=group.counted,
            rank=group.rank,
            score=group.score,
            points=group.points,
            progress=group.progress,
            change=group.change,
            cells=tuple(Cell(one.id, one.score, one.points) for one in group.assignments),
        )
        for group in report.groups
    ]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))


def staff_groups(report: Report) -> list[GroupRow]:
    """The groups with the spread of their members, best first."""
    rows = [
        GroupRow(
            name=group.group,
            counted=group.counted,
            rank=group.rank,
            score=group.score,
            points=group.points,
            progress=group.progress,
            change=group.change,
            cells=tuple(Cell(one.id, one.score, one.points) for one in group.assignments),
            members=group.members,
            submitted=group.submitted,
            spread=_shares(group),
            spread_points=group.spread,
        )
        for group in report.groups
    ]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))


def _shares(group: GroupProgress) -> tuple[float, float] | None:
    """The spread as shares of the points."""
    if group.spread is None or not group.points:
        return None
    return group.spread[0] / group.points, group.spread[1] / group.points


def member_rows(members: Sequence[MemberProgress]) -> list[MemberRow]:
    """The members, as in the roster, with a note where a score is not simply what was earned."""
    return [
        MemberRow(
            name=member.name,
            github=member.github or "",
            group=member.group,
            counted=member.counted,
            score=member.score,
            points=member.points,
            cells=tuple(
                Cell(
                    one.id,
                    one.score,
                    one.points,
                    f"set by hand: {one.override}"
                    if one.override is not None
                    else (f"late, {one.kept:.4g} of it counts" if one.kept < 1 else ""),
                )
                for one in member.assignments
            ),
        )
        for member in members
    ]


def hardest_checks(outcomes: Sequence[Outcome], *, staff: bool) -> list[CheckRow]:
    """The checks that fewest passed; for the public no hidden ones, and none that few tried."""
    by_check: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if staff or not outcome.hidden:
            by_check[outcome.assignment, outcome.check].append(outcome)
    rows = []
    for found in by_check.values():
        tried = sum(one.number for one in found)
        passed = sum(one.number for one in found if one.verdict is Verdict.PASSED)
        if passed == tried or (not staff and tried < FEWEST):
            continue
        usual = max(
            (one for one in found if one.verdict is not Verdict.PASSED), key=lambda one: one.number
        )
        one = found[0]
        words = usual.verdict.value.replace("_", " ")
        share = passed / tried
        rows.append(CheckRow(one.assignment, one.task, one.title, one.hidden, tried, share, words))
    return sorted(rows, key=lambda row: (row.passed, -row.tried, row.title))[:HARDEST]


def heat(share: float | None) -> str:
    """The class of a heat map's cell."""
    return "none" if share is None else f"h{min(int(share * HEATS), HEATS - 1)}"


def spark(line: Sequence[Point]) -> list[str]:
    """The pieces of a line as SVG polylines, in a square of 100 × 100; a gap where no figure is."""
    pieces: list[str] = []
    points: list[str] = []
    last = max(len(line) - 1, 1)
    for number, point in enumerate(line):
        if point.progress is None:
            pieces.append(" ".join(points))
            points = []
        else:
            points.append(f"{100 * number / last:.4g},{100 * (1 - point.progress):.4g}")
    return [piece for piece in (*pieces, " ".join(points)) if piece]


def chart(lines: Mapping[str, Sequence[Point]]) -> Chart:
    """The chart of progress over time."""
    if not lines:
        return Chart()
    moments = tuple(point.at for point in next(iter(lines.values())))
    if len(lines) <= LINES:
        return Chart(
            moments,
            tuple(Line(name, tuple(spark(line))) for name, line in lines.items()),
            table=tuple((name, tuple(p.progress for p in line)) for name, line in lines.items()),
        )
    quarters: dict[str, list[Point]] = {"lower quarter": [], "middle": [], "upper quarter": []}
    for number, moment in enumerate(moments):
        figures = [
            line[number].progress for line in lines.values() if line[number].progress is not None
        ]
        # At least nine lines, but early on all may lack a figure.
        cuts = quantiles([f for f in figures if f is not None], n=4, method="inclusive") if (
            len(figures) > 1
        ) else [None] * 3  # fmt: skip
        for line, cut in zip(quarters.values(), cuts, strict=True):
            line.append(Point(at=moment, progress=cut))
    lower, upper = (" ".join(spark(quarters[f"{which} quarter"])) for which in ("lower", "upper"))
    band = f"{upper} {' '.join(reversed(lower.split()))}"
    return Chart(
        moments,
        (Line("middle group", tuple(spark(quarters["middle"]))),),
        band,
        tuple((name, tuple(p.progress for p in line)) for name, line in quarters.items()),
    )

"""What the HTML page shows, worked out to the last coordinate."""

import base64
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles

from markupsafe import Markup

from grader.gradebook import Outcome
from grader.report.model import Point
from grader.report.privacy import FEWEST
from grader.result import Verdict

LINES = 8
"""Groups up to which each has a line of its own in the chart."""

HARDEST = 12
"""Checks listed as the hardest."""

HEATS = 6
"""Steps of the heat map."""


SHOWN = 200
"""Rows of a table that are in the page as such; a browser takes seconds to lay out thousands."""


@dataclass(frozen=True)
class Rows:
    """A table's rows as HTML: the first ones, and the rest compressed (RFC 1950, base64)."""

    first: Markup
    rest: str
    number: int
    shown: int = SHOWN


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
        words = usual.verdict.words
        share = passed / tried
        rows.append(CheckRow(one.assignment, one.task, one.title, one.hidden, tried, share, words))
    return sorted(rows, key=lambda row: (row.passed, -row.tried, row.title))[:HARDEST]


def packed(rows: Iterable[str]) -> Rows:
    """The rows, each of them HTML, as the page holds them."""
    every = list(rows)
    rest = "".join(every[SHOWN:]).encode()
    content = base64.b64encode(zlib.compress(rest)).decode() if rest else ""
    return Rows(Markup("".join(every[:SHOWN])), content, len(every))


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

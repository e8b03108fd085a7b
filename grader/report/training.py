"""How the members' models were trained: curves for the page of the staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.curves import Metrics, curves, remarks
from grader.report.model import MemberProgress

SHOWN = 200
"""Rows of the table at most; those with a remark come first."""


@dataclass(frozen=True)
class TrainingRow:
    """One curve of one member; `line` are an SVG polyline's points in a square of 100 × 100."""

    member: str
    group: str
    assignment: str
    curve: str
    first: float
    last: float
    line: str
    remarks: tuple[str, ...]


def training_rows(
    members: Sequence[MemberProgress], metrics: Mapping[tuple[int, str], Metrics]
) -> list[TrainingRow]:
    """The curves of the attempts that count; `metrics` by attempt and assignment."""
    found = [
        (
            member,
            one.id,
            name,
            curve,
            tuple(remarks(one.id, known)) if name.startswith("loss") else (),
        )
        for member in members
        for one in member.assignments
        if one.attempt is not None and (known := metrics.get((one.attempt, one.id)))
        for name, curve in curves(known)
    ]
    return [
        TrainingRow(
            member=member.name,
            group=member.group,
            assignment=assignment,
            curve=name,
            first=curve[0],
            last=curve[-1],
            line=_line(curve),
            remarks=told,
        )
        for member, assignment, name, curve, told in sorted(found, key=lambda row: not row[4])[
            :SHOWN
        ]
    ]


def _line(curve: Sequence[float]) -> str:
    low, high = min(curve), max(curve)
    scale = 100 / (high - low) if high > low else 0.0
    step = 100 / (len(curve) - 1)
    return " ".join(f"{n * step:.4g},{(high - value) * scale:.4g}" for n, value in enumerate(curve))

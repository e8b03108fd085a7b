"""From a report to what may be public."""

from bisect import bisect_right
from collections.abc import Collection
from typing import Literal, cast

from grader.report.model import (
    GroupProgress,
    PublicAssignment,
    PublicGroup,
    PublicReport,
    Report,
)

FEWEST = 3
"""Counted members below which a group's figures would reveal one person to another."""


def shown(counted: int, minimum: int) -> bool:
    """Whether the figures of so many counted members may be public."""
    return counted >= max(FEWEST, minimum)


def public_form(report: Report, shown_then: Collection[str]) -> PublicReport:
    """The report without what reveals one person; `shown_then`: groups that had enough members at
    the moment it compares with.

    Ranks are counted among the groups that are shown, because a gap would tell where another is.
    """
    visible = sorted(
        group.score
        for group in report.groups
        if group.score is not None and shown(group.counted, report.policy.minimum)
    )
    return PublicReport(
        course=report.course,
        aggregate=cast(Literal["median", "mean"], report.aggregate),
        generated_at=report.generated_at,
        policy=report.policy,
        since=report.since,
        groups=tuple(
            _public(group, report, visible, changes=group.group in shown_then)
            for group in report.groups
        ),
    )


def _public(
    group: GroupProgress, report: Report, visible: list[float], *, changes: bool
) -> PublicGroup:
    if group.score is None or not shown(group.counted, report.policy.minimum):
        return PublicGroup(group=group.group, counted=group.counted, points=group.points)
    return PublicGroup(
        group=group.group,
        counted=group.counted,
        points=group.points,
        score=group.score,
        progress=group.progress,
        rank=1 + len(visible) - bisect_right(visible, group.score),
        change=group.change if changes else None,
        assignments=tuple(
            PublicAssignment(id=one.id, score=one.score, points=one.points)
            for one in group.assignments
            if one.score is not None
        ),
    )

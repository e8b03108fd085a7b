"""Scores of members → progress of groups.

The progress of a group is the median of its members' totals, which is not the total of the
per-assignment medians.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import pandas as pd

from grader.amounts import total
from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.errors import ConfigurationError
from grader.gradebook import Entry, Override
from grader.report.figures import Figures, group_figures
from grader.report.model import (
    Aggregate,
    AssignmentProgress,
    GroupProgress,
    MemberAssignment,
    MemberProgress,
    Point,
    PublicReport,
    Report,
    ReportPolicy,
    StaffReport,
)
from grader.report.over_time import figures_over_time
from grader.report.privacy import public_form, shown
from grader.report.scores import CountedScores, ScoreBook

DECIMALS = 6
"""To which a report rounds, once, at the end."""

NAMED = 10
"""Members that a remark names; the others are counted."""


@dataclass(frozen=True)
class CourseReport:
    """A report, with what only staff may see beside it; `public` is what anybody may.

    Args:
        report: the groups' figures.
        unknown_members: who has attempts, but is not in the roster.
        remarks: what else staff should know.
    """

    report: Report
    unknown_members: tuple[str, ...]
    remarks: tuple[str, ...]
    _roster: Roster
    _assignments: tuple[Assignment, ...]
    _marks: ScoreBook
    _scores: CountedScores
    _figures: Figures
    _shown_then: frozenset[str]
    _everything: Report

    @property
    def public(self) -> PublicReport:
        """What may be published: groups, n and medians, and nothing of groups below three.

        Raises:
            ConfigurationError: a minimum or maximum is the score of one member.
        """
        if self.report.aggregate in ("min", "max"):
            raise ConfigurationError(
                f"--{self.report.aggregate} is the score of one member, so it is not for the "
                "public; use --median or --mean, or add --staff"
            )
        public = public_form(self._everything, self._shown_then)
        wanted = {group.group for group in self.report.groups}
        groups = tuple(group for group in public.groups if group.group in wanted)
        return public.model_copy(update={"groups": groups})

    @cached_property
    def members(self) -> tuple[MemberProgress, ...]:
        """Every member, in the roster's order."""
        picked = self._scores.attempts
        table = dict(zip(self._scores.table.index, self._scores.table.to_numpy(), strict=True))
        points = self.report.groups[0].points
        found = []
        for group in self._roster.groups:
            for member in group.members:
                row = table.get(member.key)
                parts = []
                for number, one in enumerate(self._assignments):
                    score = None if row is None or pd.isna(row[number]) else float(row[number])
                    pick = picked.get((member.key, one.id))
                    override = self._scores.overrides.get((member.key, one.id))
                    parts.append(
                        MemberAssignment(
                            id=one.id,
                            score=None if score is None else round(score, DECIMALS),
                            points=one.points,
                            attempt=pick.attempt if pick else None,
                            submitted_at=pick.submitted if pick else None,
                            kept=pick.kept if pick else 1.0,
                            override=override.reason if override else None,
                        )
                    )
                counted, submitted = member.key in self._figures.counted, row is not None
                score = total(part.score or 0.0 for part in parts)
                found.append(
                    MemberProgress(
                        key=member.key,
                        name=member.name,
                        github=member.github,
                        group=group.name,
                        counted=counted,
                        submitted=submitted,
                        score=score if counted or submitted else None,
                        points=points,
                        assignments=tuple(parts),
                    )
                )
        return tuple(found)

    @property
    def staff(self) -> StaffReport:
        """The report with its members; for staff only."""
        return StaffReport(report=self.report, members=self.members, remarks=self.remarks)

    @property
    def attempts_that_count(self) -> list[tuple[int, str]]:
        """Attempt and assignment of every score that comes from an attempt of a counted member."""
        return [
            (one.attempt, assignment)
            for (member, assignment), one in self._scores.attempts.items()
            if member in self._figures.counted
        ]

    def limited_to(self, names: Sequence[str]) -> "CourseReport":
        """The same report with only these groups; their ranks stay what they are among all.

        Raises:
            ConfigurationError: there is no such group.
        """
        wanted = {self.report.group(name).group for name in names}
        groups = tuple(group for group in self.report.groups if group.group in wanted)
        return replace(
            self,
            report=self.report.model_copy(update={"groups": groups}),
            _roster=self._roster.model_copy(
                update={"groups": tuple(g for g in self._roster.groups if g.name in wanted)}
            ),
        )

    def over_time(self, points: int = 24) -> dict[str, tuple[Point, ...]]:
        """Each group's progress at evenly spaced moments, by when work was submitted.

        Where fewer than three members (or the policy's minimum) counted, there is no figure.
        """
        span = self._marks.span()
        if span is None:
            return {}
        first, last = span[0], max(span[1], self.report.generated_at)
        moments = [first + (last - first) * n / (points - 1) for n in range(points)]
        lines: dict[str, list[Point]] = {group.name: [] for group in self._roster.groups}
        worth, least = self.report.groups[0].points, self._roster.policy.minimum
        figures = figures_over_time(
            self._roster, self._assignments, self._marks, self.report.aggregate, moments
        )
        for moment, (scores, number) in zip(moments, figures, strict=True):
            for name, line in lines.items():
                enough = shown(number[name], least)
                progress = _progress(scores[name], worth) if enough else None
                line.append(Point(at=moment, progress=progress))
        return {name: tuple(line) for name, line in lines.items()}


def build_report(
    roster: Roster,
    entries: Iterable[Entry],
    assignments: Sequence[Assignment],
    *,
    aggregate: Aggregate = "median",
    now: datetime,
    overrides: Iterable[Override] = (),
    since: datetime | None = None,
) -> CourseReport:
    """The report on every group of `roster`.

    A member without an attempt has zero, or is left out where the policy says so; a group with
    fewer counted members than the policy asks for has no figure and no rank. With an even number of
    members the median is the mean of the middle two. Groups of equal score share a rank, and the
    next ranks are left free.

    Args:
        roster: the groups, and the policy.
        entries: of all members' attempts, in any order; read once.
        assignments: what progress is counted over; `roster.fits` has been asked with all there are.
        aggregate: how members' totals become one figure; the same for each assignment.
        now: when the report is made, with a time zone.
        overrides: scores set by hand.
        since: say what has changed since this moment.
    """
    marks = ScoreBook(roster, entries, assignments, overrides)
    scores = marks.scores()
    figures = group_figures(roster, assignments, scores, aggregate, now)
    points = total(assignment.points for assignment in assignments)
    before: dict[str, float | None] = {}
    shown_then: frozenset[str] = frozenset()
    if since is not None:
        then = group_figures(roster, assignments, marks.scores(graded_by=since), aggregate, since)
        before = {group.name: _progress(then.score[group.name], points) for group in roster.groups}
        shown_then = frozenset(
            name for name in before if shown(then.number[name], roster.policy.minimum)
        )
    report = Report(
        course=roster.course,
        aggregate=aggregate,
        generated_at=now,
        since=since,
        policy=ReportPolicy(**roster.policy.model_dump()),
        groups=tuple(_group_rows(roster, assignments, figures, now, before)),
    )
    unknown_members, remarks = marks.unknown_members, marks.remarks
    remarks += tuple(_outdated(scores.outdated))
    if marks.graded_after(now):
        remarks += ("some attempts were graded after now: is the clock of this machine right?",)
    known = tuple(assignments)
    return CourseReport(
        report, unknown_members, remarks, roster, known, marks, scores, figures, shown_then, report
    )


def _group_rows(
    roster: Roster,
    assignments: Sequence[Assignment],
    figures: Figures,
    now: datetime,
    before: dict[str, float | None],
) -> Iterable[GroupProgress]:
    """The rows of a report: here, and only here, figures are rounded."""
    points = total(assignment.points for assignment in assignments)
    parts = [(one.id, one.points, *figures.by_assignment[one.id]) for one in assignments]
    score = {name: _rounded(figure) for name, figure in figures.score.items()}
    # Ranked as shown: what rounds to the same figure is equal.
    rank = pd.Series(score, dtype=float).dropna().rank(method="min", ascending=False).to_dict()
    for group in roster.groups:
        name = group.name
        counted = figures.number[name]
        progress = _progress(figures.score[name], points)
        enough = counted >= roster.policy.minimum
        yield GroupProgress(
            group=name,
            members=sum(member.belongs(now, roster.zone) for member in group.members),
            submitted=figures.submitted[name],
            counted=counted,
            enough=enough,
            score=score[name],
            points=points,
            progress=progress,
            rank=int(rank[name]) if name in rank else None,
            spread=(
                (round(figures.lowest[name], DECIMALS), round(figures.highest[name], DECIMALS))
                if enough
                else None
            ),
            change=_difference(progress, before.get(name)),
            assignments=tuple(
                AssignmentProgress(
                    id=assignment,
                    score=_rounded(scores[name]),
                    points=worth,
                    submitted=submitted[name],
                )
                for assignment, worth, scores, submitted in parts
            ),
        )


def _outdated(members: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Whose score cannot be compared with those of the others, a sentence for each assignment."""
    for assignment, keys in members.items():
        more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
        yield (
            f"{assignment}: what counts was judged by older checks than others' work: "
            f"{', '.join(keys[:NAMED])}{more}; grade those submissions again (`grader regrade`)"
        )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, DECIMALS)


def _difference(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else round(now - then, DECIMALS)


def _progress(score: float | None, points: float) -> float | None:
    """A score as a share of the points, 0 to 1; None without a score."""
    if score is None:
        return None
    return round(min(float(score) / points, 1.0), DECIMALS) if points else 0.0

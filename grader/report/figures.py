"""Scores of members → every group's figures at one moment, not rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.report.model import Aggregate
from grader.report.scores import CountedScores

Groups = dict[str, float]
"""A figure of every group, by its name."""

Aggregates = dict[str, float | None]
"""The same; None where fewer members are counted than the policy asks for."""


@dataclass(frozen=True)
class Figures:
    """Every group's figures, unrounded.

    Args:
        counted: keys of the members that the figures are made from.
        score: the aggregate of the counted members' totals.
        lowest: total of a counted member.
        highest: total of a counted member.
        number: of counted members.
        submitted: number of members with an attempt.
        by_assignment: assignment → the aggregate of the scores there, and how many handed it in.
    """

    counted: frozenset[str]
    score: Aggregates
    lowest: Groups
    highest: Groups
    number: Groups
    submitted: Groups
    by_assignment: dict[str, tuple[Aggregates, Groups]]


def group_figures(
    roster: Roster,
    assignments: Sequence[Assignment],
    scores: CountedScores,
    aggregate: Aggregate,
    now: datetime,
) -> Figures:
    """The groups' figures at one moment; `assignments`: those that are wanted one by one."""
    names = [group.name for group in roster.groups]
    group_of = pd.Series(
        {
            member.key: group.name
            for group in roster.groups
            for member in group.members
            if member.belongs(now, roster.zone)
        },
        dtype=object,
    )
    table = scores.table[scores.table.index.isin(group_of.index)]

    def per_group(values: "pd.Series[float]", how: str) -> Groups:
        # Sorted, so that the order of members does not show in the last digit of a mean.
        figures = values.sort_values().groupby(group_of).agg(how)
        return dict(zip(names, figures.reindex(names).fillna(0.0).tolist(), strict=True))

    everyone = roster.policy.missing == "zero"
    counted = (table.reindex(group_of.index) if everyone else table).fillna(0.0)
    totals = counted.sum(axis="columns")
    number = per_group(pd.Series(1.0, index=counted.index), "sum")

    def aggregated(values: "pd.Series[float]") -> Aggregates:
        figures = per_group(values, aggregate)
        least = roster.policy.minimum
        return {name: figures[name] if number[name] >= least else None for name in names}

    return Figures(
        counted=frozenset(totals.index),
        score=aggregated(totals),
        lowest=per_group(totals, "min"),
        highest=per_group(totals, "max"),
        number=number,
        submitted=per_group(pd.Series(1.0, index=table.index), "sum"),
        by_assignment={
            one.id: (
                aggregated(counted[one.id]),
                per_group(table[one.id].notna().astype(float), "sum"),
            )
            for one in assignments
        },
    )

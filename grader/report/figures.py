"""Scores of members → every group's figures at one moment, not rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.report.model import Aggregate
from grader.report.scores import Scores


@dataclass(frozen=True)
class Figures:
    """Every group's figures, unrounded, indexed by the group's name; counted members' totals."""

    totals: "pd.Series[float]"
    score: "pd.Series[float]"
    lowest: "pd.Series[float]"
    highest: "pd.Series[float]"
    counted: "pd.Series[float]"
    submitted: "pd.Series[float]"
    by_assignment: dict[str, tuple["pd.Series[float]", "pd.Series[float]"]]


def group_figures(
    roster: Roster,
    assignments: Sequence[Assignment],
    scores: Scores,
    aggregate: Aggregate,
    now: datetime,
) -> Figures:
    """The groups' figures at one moment."""
    names = [group.name for group in roster.groups]
    group_of = pd.Series(
        {
            member.key: group.name
            for group in roster.groups
            for member in group.members
            if member.belongs(now)
        },
        dtype=object,
    )
    table = scores.table[scores.table.index.isin(group_of.index)]

    def per_group(values: "pd.Series[float]", how: str) -> "pd.Series[float]":
        # Sorted, so that the order of members does not show in the last digit of a mean.
        figures = values.sort_values().groupby(group_of).agg(how)
        return figures.reindex(names).fillna(0.0)

    everyone = roster.policy.missing == "zero"
    counted = (table.reindex(group_of.index) if everyone else table).fillna(0.0)
    totals = counted.sum(axis="columns")
    number = per_group(pd.Series(1.0, index=counted.index), "sum")
    enough = number >= roster.policy.minimum
    return Figures(
        totals=totals,
        score=per_group(totals, aggregate).where(enough, 0.0),
        lowest=per_group(totals, "min"),
        highest=per_group(totals, "max"),
        counted=number,
        submitted=per_group(pd.Series(1.0, index=table.index), "sum"),
        by_assignment={
            one.id: (
                per_group(counted[one.id], aggregate).where(enough, 0.0),
                per_group(table[one.id].notna().astype(float), "sum"),
            )
            for one in assignments
        },
    )

"""Scores of members → every group's figures at one moment, not rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.report.model import Aggregate
from grader.report.scores import CountedScores

Groups = dict[str, float]
"""A figure of every group, by its name."""

Aggregates = dict[str, float | None]
"""The same; None where fewer members are counted than the policy asks for."""

Counts = dict[str, int]
"""A number of members of every group."""


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
    number: Counts
    submitted: Counts
    by_assignment: dict[str, tuple[Aggregates, Counts]]


def group_figures(
    roster: Roster,
    assignments: Sequence[Assignment],
    scores: CountedScores,
    aggregate: Aggregate,
    now: datetime,
) -> Figures:
    """The groups' figures at one moment; `assignments`: those that are wanted one by one."""
    names = [group.name for group in roster.groups]
    group_of = {
        member.key: number
        for number, group in enumerate(roster.groups)
        for member in group.members
        if member.belongs(now, roster.zone)
    }
    table = scores.table[scores.table.index.isin(group_of)]
    everyone = roster.policy.missing == "zero"
    counted = (table.reindex(list(group_of)) if everyone else table).fillna(0.0)
    group = np.array([group_of[key] for key in counted.index], dtype=int)
    handed_in = np.array([group_of[key] for key in table.index], dtype=int)

    def counts(groups: npt.NDArray[np.int64]) -> Counts:
        found = np.bincount(groups, minlength=len(names)).tolist()
        return dict(zip(names, found, strict=True))

    number = counts(group)

    def figures(values: npt.NDArray[np.float64], how: str) -> Groups:
        found = per_group(values, group, how).reindex(range(len(names)), fill_value=0.0)
        return dict(zip(names, found.tolist(), strict=True))

    def aggregated(values: npt.NDArray[np.float64]) -> Aggregates:
        least = roster.policy.minimum
        found = figures(values, aggregate)
        return {name: found[name] if number[name] >= least else None for name in names}

    totals = counted.sum(axis="columns").to_numpy()
    return Figures(
        counted=frozenset(counted.index),
        score=aggregated(totals),
        lowest=figures(totals, "min"),
        highest=figures(totals, "max"),
        number=number,
        submitted=counts(handed_in),
        by_assignment={
            one.id: (
                aggregated(counted[one.id].to_numpy()),
                counts(handed_in[table[one.id].notna()]),
            )
            for one in assignments
        },
    )


def per_group(
    values: npt.NDArray[np.float64], groups: npt.NDArray[np.int64], how: str
) -> "pd.Series[float]":
    """The aggregate of each group's values, by the group's number; without groups that have none.

    Args:
        values: one of each member.
        groups: the number of each member's group.
        how: median, mean, min or max.
    """
    # Sorted, so that the order of members does not show in the last digit of a mean.
    order = values.argsort(kind="stable")
    return pd.Series(values[order]).groupby(groups[order]).agg(how)

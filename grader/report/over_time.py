"""The progress of groups at one moment after another, by when work was submitted.

The same rules as `scores` and `figures` apply at each moment. They are worked out in arrays,
because a page asks for two dozen moments of thousands of members.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.report.figures import Counts, Groups, per_group
from grader.report.forms import NONE
from grader.report.model import Aggregate
from grader.report.reading import microseconds
from grader.report.scores import ScoreBook


def figures_over_time(
    roster: Roster,
    assignments: Sequence[Assignment],
    marks: ScoreBook,
    aggregate: Aggregate,
    moments: Sequence[datetime],
) -> Iterator[tuple[Groups, Counts]]:
    """For each moment: the aggregate of each group's counted members, and how many these are.

    Groups without a counted member have no figure, and who is not in `roster` is left out.
    """
    names = [group.name for group in roster.groups]
    members = list(roster.members())
    place = {member.key: number for number, member in enumerate(members)}
    group = np.repeat(np.arange(len(names)), [len(one.members) for one in roster.groups])
    column = {one.id: number for number, one in enumerate(assignments)}
    # Few members join late or leave; the others belong at any moment.
    bounded = [
        (number, member)
        for number, member in enumerate(members)
        if member.joined is not None or member.left is not None
    ]
    # The report may be limited to some groups; of the others' members nothing is shown.
    wanted = np.array([place.get(key, NONE) for key in marks.members])
    ranked, attempts = marks.ranked(), marks.attempts
    ranked = ranked[wanted[ranked["member"]] != NONE]
    attempts = attempts[wanted[attempts["member"]] != NONE]
    row, col = wanted[ranked["member"]], ranked["assignment"].to_numpy()
    score, came = ranked["score"].to_numpy(float), ranked["at"].to_numpy()
    who, at = wanted[attempts["member"]], attempts["at"].to_numpy()
    for moment in moments:
        then = microseconds(moment)
        by_hand = marks.by_hand(moment)
        table = np.zeros((len(members), len(assignments)))
        in_time = came <= then
        # Of several values for one cell the last one stays, which is the one that counts.
        table[row[in_time], col[in_time]] = score[in_time]
        seen = np.zeros(len(members), dtype=bool)
        seen[who[at <= then]] = True
        for (key, assignment), override in by_hand.items():
            if key not in place:
                continue
            table[place[key], column[assignment]] = override.score or 0.0
            seen[place[key]] = True
        belong = np.ones(len(members), dtype=bool)
        for number, member in bounded:
            belong[number] = member.belongs(moment, roster.zone)
        counted = belong & (seen | (roster.policy.missing == "zero"))
        groups = group[counted]
        figures = per_group(table.sum(axis=1)[counted], groups, aggregate)
        number = np.bincount(groups, minlength=len(names)).tolist()
        yield (
            {
                names[one]: figure
                for one, figure in zip(figures.index.tolist(), figures.tolist(), strict=True)
            },
            dict(zip(names, number, strict=True)),
        )

"""A gradebook's entries → tables of whole numbers, which thousands of attempts are sorted in."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from grader.course.assignment import Assignment
from grader.gradebook import Entries
from grader.report.forms import NONE, first_seen, forms, numbered, numbers

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - EPOCH) // MICROSECOND


def read_entries(
    entries: Entries, member: Callable[[str], int], assignments: Sequence[Assignment]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Attempts of known members, and what they score at assignments that count.

    Args:
        entries: all attempts, in any order.
        member: the number of the member with a key, or `NONE`.
        assignments: what counts; an assignment's number is its place here.

    Returns:
        Attempts: attempt (id), member, submission (a number), at (when it was submitted or, where
        that is not known, graded), known (whether it is), graded; times in microseconds since 1970.
        Scores: row (of the attempt), assignment, raw (points), checks (a number for what judged
        it), first and form (see `forms`).
    """
    ids, written, digests, commits, graded_at, submitted_at = _columns(entries.attempts, 6)
    places, lists, scores, files = _columns(entries.scores, 4)
    # The same digest may be a submission's and an assignment's.
    digest, own = np.split(numbers([*digests, *files]), [len(ids)])
    graded = [microseconds(moment) for moment in graded_at]
    at = [
        later if moment is None else microseconds(moment)
        for moment, later in zip(submitted_at, graded, strict=True)
    ]
    of_key = {key: member(key) for key in dict.fromkeys(written)}
    attempts = pd.DataFrame(
        {
            "attempt": np.array(ids, dtype=int),
            "member": np.array([of_key[key] for key in written], dtype=int),
            "digest": digest,
            "commit": numbers(commits),
            "at": np.array(at, dtype=int),
            "known": np.array([moment is not None for moment in submitted_at], dtype=bool),
            "graded": np.array(graded, dtype=int),
        }
    )
    number = {assignment.id: number for number, assignment in enumerate(assignments)}
    about = list(entries.check_lists.values())
    listed = pd.Index(list(entries.check_lists), dtype=int).get_indexer(pd.Index(lists, dtype=int))
    rows = pd.DataFrame(
        {
            "row": np.array(places, dtype=int),
            "assignment": np.array([number.get(name, NONE) for name, _ in about], int)[listed],
            "raw": np.array(scores, dtype=float),
            "files": own,
            "checks": numbers([judged_by for _, judged_by in about])[listed],
        }
    )
    return _of_known_members(attempts, rows, [assignment.points for assignment in assignments])


def _of_known_members(
    attempts: pd.DataFrame, rows: pd.DataFrame, points: Sequence[float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `read_entries` returns; `points`: of each assignment."""
    known = attempts["member"].to_numpy() != NONE
    handed_in = rows["raw"].notna() & (rows["assignment"] != NONE)
    rows = rows[handed_in & known[rows["row"]]].reset_index(drop=True)
    rows["row"] = (np.cumsum(known) - 1)[rows["row"]]
    attempts = attempts[known].reset_index(drop=True)
    # Checks may have been worth more once.
    rows["raw"] = rows["raw"].clip(upper=np.array(points, dtype=float)[rows["assignment"]])
    for name in ("member", "digest", "at", "known"):
        rows[name] = attempts[name].to_numpy()[rows["row"]]
    rows["form"] = forms(rows)
    rows["first"] = first_seen(rows)
    # A regrade comes later, its submission does not.
    attempts["submission"] = numbered(*(attempts[one] for one in ("member", "digest", "commit")))
    same = attempts.groupby("submission")
    attempts["at"] = same["at"].transform("min")
    attempts["known"] = same["known"].transform("max").astype(bool)
    return (
        attempts[["attempt", "member", "submission", "at", "known", "graded"]],
        rows[["row", "assignment", "raw", "checks", "first", "form"]],
    )


def _columns(rows: Sequence[tuple[Any, ...]], number: int) -> Sequence[tuple[Any, ...]]:
    """The columns of rows of so many values each."""
    return list(zip(*rows, strict=True)) or [()] * number

"""The same files of an assignment, in whichever submissions they were handed in.

Rows are assignments of attempts, all in whole numbers: member, assignment, digest (of the
submission), files (digest of the assignment's own, or `NONE` where it is not known), at (when it
was submitted, or else graded; microseconds since 1970), known (whether it is the first of these).
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

NONE = -1
"""The number of None."""

UNKNOWN = 0
"""Instead of a time that nobody knows: too early for work to be late."""


def numbers(texts: Sequence[str | None]) -> npt.NDArray[np.int64]:
    """A number for each text, the same for equal ones; `NONE` for None."""
    known = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    if None in known:
        known[None] = NONE
    return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))


def numbered(*columns: Iterable[int]) -> npt.NDArray[np.int64]:
    """A number for each row that those share which are equal in all columns of whole numbers."""
    found, *others = (pd.factorize(np.asarray(column))[0] for column in columns)
    for codes in others:
        # One column at a time, so that the numbers stay as small as there are rows.
        found, _ = pd.factorize(found * (len(found) + 1) + codes)
    return found


def forms(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """A number for each row that all rows of the same member, assignment and files share."""
    same = numbered(rows["member"], rows["assignment"], rows["digest"])
    # Old results know only the digest of the whole submission.
    known = np.flatnonzero(rows["files"] != NONE)
    files = np.full(len(rows), NONE)
    files[same[known]] = rows["files"].to_numpy()[known]
    content = np.where(files[same] == NONE, rows["digest"], files[same])
    return numbered(rows["member"], rows["assignment"], content)


def first_seen(rows: pd.DataFrame) -> "pd.Series[int]":
    """When each row's `form` first came; UNKNOWN where nobody knows.

    A push that changes another assignment, files handed in again, and a regrade are no later than
    that. The first time decides even where nobody knows when it was: then nothing is late.
    """
    # At the same time, a submission is before a grading.
    seen = rows["at"] * 2 + ~rows["known"]
    first = seen.groupby(rows["form"]).transform("min").astype(int)
    return (first // 2).where(first % 2 == 0, UNKNOWN)

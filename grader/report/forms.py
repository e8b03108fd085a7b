"""The same files of an assignment, in whichever submissions they were handed in.

Rows are assignments of attempts: member, assignment, digest (of the submission), files (digest of
the assignment's own, where it is known), at (when it was submitted, or else graded; microseconds
since 1970), known (whether it is the first of these).
"""

import numpy as np
import pandas as pd

UNKNOWN = 0
"""Instead of a time that nobody knows: too early for work to be late."""


def numbered(rows: pd.DataFrame, *columns: str) -> "pd.Series[int]":
    """A number for each row that those share which are equal in these columns."""
    found = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        codes, _ = pd.factorize(rows[column], use_na_sentinel=False)
        # One column at a time, so that the numbers stay as small as there are rows.
        found, _ = pd.factorize(found * (len(rows) + 1) + codes)
    return pd.Series(found, index=rows.index)


def forms(rows: pd.DataFrame) -> "pd.Series[int]":
    """A number for each row that all rows of the same member, assignment and files share."""
    same = numbered(rows, "member", "assignment", "digest")
    known = rows["files"].notna()
    # Old results know only the digest of the whole submission.
    files = rows["files"][known].groupby(same[known]).last()
    content = same.map(files).where(lambda found: found.notna(), rows["digest"])
    return numbered(rows.assign(content=content), "member", "assignment", "content")


def first_seen(rows: pd.DataFrame) -> "pd.Series[int]":
    """When each row's `form` first came; UNKNOWN where nobody knows.

    A push that changes another assignment, files handed in again, and a regrade are no later than
    that. The first time decides even where nobody knows when it was: then nothing is late.
    """
    # At the same time, a submission is before a grading.
    seen = rows["at"] * 2 + ~rows["known"]
    first = seen.groupby(rows["form"]).transform("min").astype(int)
    return (first // 2).where(first % 2 == 0, UNKNOWN)

"""The same files of an assignment, in whichever submissions they were handed in."""

from grader.gradebook import Entry

UNKNOWN = 0
"""Instead of a time that nobody knows: too early for work to be late."""


class Forms:
    """When each assignment's files first came in the form that they have in an attempt.

    A push that changes another assignment, files handed in again, and a regrade are no later than
    that. The first time decides even where nobody knows when it was: then nothing is late.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str]] = []
        self._seen: list[tuple[int, bool]] = []
        self._same: dict[tuple[str, str, str], str] = {}

    def add(self, member: str, assignment: str, entry: Entry, at: int) -> None:
        """One assignment of an attempt that was submitted, or else graded, then."""
        row = (member, assignment, entry.digest)
        self._rows.append(row)
        # At the same time, a submission is before a grading.
        self._seen.append((at, entry.submitted_at is None))
        if (files := entry.files.get(assignment)) is not None:
            self._same[row] = files

    def forms(self) -> list[tuple[str, str, str]]:
        """For each row as it was added, member, assignment and digest of its files."""
        # Old results know only the digest of the whole submission.
        return [(*row[:2], self._same.get(row, row[2])) for row in self._rows]

    def numbers(self) -> list[int]:
        """For each row as it was added, a number that all rows of the same form share."""
        numbers: dict[tuple[str, str, str], int] = {}
        return [numbers.setdefault(form, len(numbers)) for form in self.forms()]

    def first(self) -> list[int]:
        """For each row as it was added, when its files first came; UNKNOWN where nobody knows."""
        forms = self.forms()
        first: dict[tuple[str, str, str], tuple[int, bool]] = {}
        for form, seen in zip(forms, self._seen, strict=True):
            first[form] = min(first.get(form, seen), seen)
        return [UNKNOWN if first[form][1] else first[form][0] for form in forms]

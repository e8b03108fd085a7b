"""What a gradebook holds, as values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from grader.result import Moment, Nonempty, Quantity, SubmissionResult, Values, Verdict

AttemptRow = tuple[int, str, str, str | None, datetime, datetime | None]
ScoreRow = tuple[int, int, float | None, str | None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One grading run of one submission, as it was recorded."""

    id: int
    member: str
    digest: str
    commit: str | None
    graded_at: datetime
    submitted_at: datetime | None
    result: SubmissionResult


@dataclass(frozen=True, slots=True)
class Entry:
    """What a report needs of an attempt.

    `scores` is None where nothing was handed in; `files`: assignment → digest of its files, as far
    as the result knows it; `judged_by`: assignment → digest of all that decided its score.
    """

    id: int
    member: str
    digest: str
    commit: str | None
    graded_at: datetime
    submitted_at: datetime | None
    scores: Mapping[str, float | None]
    files: Mapping[str, str] = field(default_factory=dict)
    judged_by: Mapping[str, str] = field(default_factory=dict)


class Entries:
    """The entries of many attempts, as rows: a report of thousands has no time for objects.

    Args:
        attempts: id, member, digest, commit, when it was graded and when submitted, or None.
        scores: the attempt's place among them, the list of checks, the score or None, and the
            digest of the assignment's files, or None.
        check_lists: number → assignment, and digest of all that decides a score with these checks.
    """

    def __init__(
        self,
        attempts: Sequence[AttemptRow],
        scores: Sequence[ScoreRow],
        check_lists: Mapping[int, tuple[str, str]],
    ) -> None:
        self.attempts = attempts
        self.scores = scores
        self.check_lists = check_lists

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """The rows of entries."""
        listed = list(entries)
        numbers: dict[tuple[str, str], int] = {}
        rows: list[ScoreRow] = []
        for place, entry in enumerate(listed):
            for name, score in entry.scores.items():
                checks = name, entry.judged_by.get(name, "")
                number = numbers.setdefault(checks, len(numbers))
                rows.append((place, number, score, entry.files.get(name)))
        return cls(
            [(e.id, e.member, e.digest, e.commit, e.graded_at, e.submitted_at) for e in listed],
            rows,
            {number: checks for checks, number in numbers.items()},
        )

    def __iter__(self) -> Iterator[Entry]:
        rows: dict[int, list[ScoreRow]] = {}
        for row in self.scores:
            rows.setdefault(row[0], []).append(row)
        for place, attempt in enumerate(self.attempts):
            mine = [(*self.check_lists[row[1]], *row[2:]) for row in rows.get(place, [])]
            yield Entry(
                *attempt,
                scores={name: score for name, _, score, _ in mine},
                files={name: files for name, _, _, files in mine if files is not None},
                judged_by={name: judged_by for name, judged_by, _, _ in mine},
            )


class Override(Values):
    """A score that staff set by hand, apart from the attempts; without a score it takes back.

    Args:
        member: the key, as it was written.
        assignment: the assignment's id.
        score: the points, or None: what was set before holds no longer.
        reason: why, for whoever asks later.
        by: who set it.
        at: when.
    """

    member: Nonempty
    assignment: Nonempty
    score: Annotated[Quantity | None, Field(default=None)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    by: Nonempty
    at: Moment


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often a check ended in a verdict, among the attempts that count."""

    assignment: str
    check: str
    title: str
    task: int
    hidden: bool
    verdict: Verdict
    number: int

"""What a gradebook holds, as values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from grader.result import Moment, Nonempty, Quantity, SubmissionResult, Values, Verdict

AttemptRow = tuple[int, str, str, str | None, datetime, datetime | None]
ScoreRow = tuple[int, str, float | None, str | None, str]


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
        scores: the attempt's place among them, assignment, score or None, digests of its files, or
            None, and of what judged it.
    """

    def __init__(self, attempts: Sequence[AttemptRow], scores: Sequence[ScoreRow]) -> None:
        self.attempts = attempts
        self.scores = scores

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """The rows of entries."""
        listed = list(entries)
        return cls(
            [(e.id, e.member, e.digest, e.commit, e.graded_at, e.submitted_at) for e in listed],
            [
                (place, name, score, e.files.get(name), e.judged_by.get(name, ""))
                for place, e in enumerate(listed)
                for name, score in e.scores.items()
            ],
        )

    def __iter__(self) -> Iterator[Entry]:
        rows: dict[int, list[ScoreRow]] = {}
        for row in self.scores:
            rows.setdefault(row[0], []).append(row)
        for place, attempt in enumerate(self.attempts):
            mine = rows.get(place, [])
            yield Entry(
                *attempt,
                scores={name: score for _, name, score, _, _ in mine},
                files={name: files for _, name, _, files, _ in mine if files is not None},
                judged_by={name: judged_by for _, name, _, _, judged_by in mine},
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

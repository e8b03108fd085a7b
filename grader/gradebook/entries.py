"""What a gradebook holds, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from grader.result import Moment, Nonempty, Quantity, SubmissionResult, Values, Verdict


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

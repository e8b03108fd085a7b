"""A graded result → the next attempt of what a comment carries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from grader.amounts import points as amount
from grader.course.assignment import Assignment
from grader.github.event import ResultError
from grader.github.seal import HISTORY, AttemptLine, Sealed, SealedAttempt
from grader.result import TOLERANCE, SubmissionResult

_CLOCK_SKEW = timedelta(minutes=10)


def validated(
    result: SubmissionResult, head: str, assignments: Sequence[Assignment], now: datetime
) -> SubmissionResult:
    """The result, if it can be one of these assignments at this commit.

    Raises:
        ResultError: it cannot.
    """
    points = {assignment.id: assignment.points for assignment in assignments}
    if result.commit != head:
        raise ResultError("the result is not valid: it is for another commit")
    if result.graded_at > now + _CLOCK_SKEW:
        raise ResultError("the result is not valid: it was graded in the future")
    for one in result.assignments:
        if one.id not in points:
            raise ResultError(f'the result is not valid: there is no assignment "{one.id[:40]}"')
        if abs(one.points - points[one.id]) > TOLERANCE:
            raise ResultError(
                f"the result is not valid: {one.id} is worth {amount(points[one.id])} points, not "
                f"{amount(one.points)}"
            )
    return result


def holds(sealed: Sealed, artifact: int | None) -> bool:
    """Whether what an artifact holds is there already; a run that is run again makes another."""
    return artifact is not None and any(line.artifact == artifact for line in sealed.history)


def added(
    before: Sealed | None,
    result: SubmissionResult,
    now: datetime,
    *,
    run: int | None,
    artifact: int | None,
    repository: int,
    pull_request: int,
    member: str,
    author: int | None,
) -> Sealed:
    """What is to be signed with one more attempt; the same as before when it is there already.

    Runs may end in another order than they began in; attempts stand in the order of the pushes.

    Args:
        before: what was signed last.
        result: of the new attempt, with member and time of submission.
        now: the time.
        run, artifact: GitHub's numbers of the run and of what it handed over; None for a regrade.
        repository, pull_request, member, author: what the signature is bound to.
    """
    attempts, history = (before.attempts, before.history) if before else ((), ())
    if before and any(_same(attempt.result, result) for attempt in attempts):
        return before
    # From the clock, so that it also rises after a comment was deleted with its history.
    sequence = max(int(now.timestamp()), before.sequence + 1 if before else 0)
    attempt = SealedAttempt(sequence=sequence, result=result, run=run)
    line = AttemptLine(
        sequence=sequence,
        commit=result.commit or "",
        graded_at=result.graded_at,
        score=result.score,
        points=result.points,
        run=run,
        artifact=artifact,
    )
    attempts, history = _placed(attempts, attempt), _placed(history, line)
    return Sealed(
        repository=repository,
        pull_request=pull_request,
        member=member,
        head=attempts[0].result.commit or "",
        sequence=sequence,
        attempts=attempts,
        history=history[:HISTORY],
        author=author,
        total=(before.number if before else 0) + 1,
    )


T = TypeVar("T", SealedAttempt, AttemptLine)


def _placed(ones: tuple[T, ...], new: T) -> tuple[T, ...]:
    """`new` among those of earlier runs, latest first; a regrade is the latest."""
    later = sum(new.run is not None and (one.run or 0) > new.run for one in ones)
    placed = list(ones)
    placed.insert(later, new)
    return tuple(placed)


def _same(one: SubmissionResult, other: SubmissionResult) -> bool:
    """Whether two results are of the same grading run."""
    return (one.commit, one.digest, one.graded_at) == (other.commit, other.digest, other.graded_at)

"""What counts of each member, with the checks behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.gradebook import Attempt, Gradebook
from grader.report import CourseReport, MemberProgress
from grader.report.model import MemberAssignment
from grader.result import AssignmentResult


@dataclass(frozen=True)
class Work:
    """What counts of a member at one assignment, and the attempt it comes from.

    Without an attempt, and so without checks, it was set by hand.
    """

    progress: MemberAssignment
    attempt: Attempt | None
    result: AssignmentResult | None

    @property
    def remark(self) -> str | None:
        """Why the score is not the sum of the checks, where it is not."""
        return f"{self.progress.id}: {self.progress.note}" if self.progress.note else None


@dataclass(frozen=True)
class Counted:
    """A member, and what counts at every assignment with a score."""

    member: MemberProgress
    work: tuple[Work, ...]


def counted_work(book: Gradebook, report: CourseReport) -> Iterator[Counted]:
    """Every member of the report in the roster's order; reads one member's results at a time."""
    for member in report.members:
        numbers = {one.attempt for one in member.assignments if one.attempt is not None}
        attempts = {attempt.id: attempt for attempt in book.numbered(sorted(numbers))}
        work = []
        for one in member.assignments:
            if one.score is None:
                continue
            attempt = None if one.attempt is None else attempts[one.attempt]
            parts = attempt.result.assignments if attempt else ()
            result = next((part for part in parts if part.id == one.id), None)
            work.append(Work(one, attempt, result))
        yield Counted(member, tuple(work))

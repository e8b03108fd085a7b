"""What counts of the attempts that one comment carries, by the course's policy.

The report decides, over all of a member's pull requests and with what staff set by hand; this is
the same rule for one pull request, without the tables that the report needs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from grader.course.assignment import Assignment
from grader.course.moments import later
from grader.course.roster import Member, Roster
from grader.result import SubmissionResult


class _Candidate(NamedTuple):
    score: float
    cut: bool
    at: datetime
    graded: datetime


def counted_score(
    results: Sequence[SubmissionResult],
    member: Member,
    roster: Roster,
    assignments: Sequence[Assignment],
) -> float:
    """The points that count, over all assignments, of a member's attempts in one pull request."""
    return sum(_counted(results, member, roster, assignment) for assignment in assignments)


def _counted(
    results: Sequence[SubmissionResult], member: Member, roster: Roster, assignment: Assignment
) -> float:
    forms: dict[str, list[tuple[SubmissionResult, float]]] = {}
    for result in results:
        for one in result.assignments:
            if one.id == assignment.id and one.handed_in:
                # Old results know only the digest of the whole submission.
                form = forms.setdefault(one.digest or result.digest, [])
                form.append((result, min(one.score, assignment.points)))
    came: dict[tuple[str, str | None], datetime] = {}
    for result in results:
        place, at = (result.digest, result.commit), result.submitted_at or result.graded_at
        came[place] = min(at, came.get(place, at))
    rule, due = roster.policy.late.get(assignment.id), assignment.due_in(roster.zone)
    if due is not None:
        due = later(due, member.extensions.get(assignment.id, timedelta()))
    candidates = []
    for gradings in forms.values():
        newest, score = max(gradings, key=lambda grading: grading[0].graded_at)
        first, known = min(
            (result.submitted_at or result.graded_at, result.submitted_at is not None)
            for result, _ in gradings
        )
        kept, cut = 1.0, False
        if rule is not None and due is not None and known:
            kept, cut = rule.kept(due, first), rule.cut_off(due, first)
        # Files that were handed in again are the latest again; those graded again are not.
        at = max(came[result.digest, result.commit] for result, _ in gradings)
        candidates.append(_Candidate(score * kept, cut, at, newest.graded_at))
    if not candidates:
        return 0.0
    if roster.policy.attempt == "best":
        return max(candidate.score for candidate in candidates)
    return max(candidates, key=lambda one: (not one.cut, one.at, one.graded)).score

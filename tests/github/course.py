"""A small course for the GitHub tests: assignments, a roster with logins, keys, results."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grader.course.assignment import Assignment, load_assignments
from grader.course.roster import Group, Member, Roster
from grader.github.client import Pace
from grader.github.seal import new_keys
from grader.result import (
    AssignmentResult,
    CheckResult,
    Environment,
    Feedback,
    SubmissionResult,
    Verdict,
)

ROOT = Path(__file__).resolve().parents[2]

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

FAST = Pace(requests=0, writes=0, issues=0, many_issues=0, rate_wait=0.05, backoff=0.001,
            looks=(0.0, 0.0, 0.0))  # fmt: skip
"""No waiting, for a GitHub that does not mind."""

PRIVATE, PUBLIC = new_keys()


def assignments() -> tuple[Assignment, ...]:
    """The course's own."""
    return load_assignments(ROOT / "assignments")


def roster(groups: int = 2, size: int = 3, key: str | None = PUBLIC) -> Roster:
    """Groups G1, G2, … of members g1m1, g1m2, … who have logins."""
    return Roster(
        course="Course",
        signing_key=key,
        groups=tuple(
            Group(
                name=f"G{g}",
                members=tuple(
                    Member(name=f"Name {g} {m}", github=f"g{g}m{m}") for m in range(1, size + 1)
                ),
            )
            for g in range(1, groups + 1)
        ),
    )


def sha(text: str) -> str:
    """A commit's name."""
    return hashlib.sha1(text.encode()).hexdigest()


def result(
    commit: str,
    share: float = 1.0,
    *,
    member: str | None = None,
    minutes: float = 0,
    feedback: Feedback | None = None,
    verdict: Verdict | None = None,
    of: Sequence[Assignment] | None = None,
    **more: Any,
) -> SubmissionResult:
    """A result that earns a `share` of softmax's points and nothing elsewhere."""
    ones = []
    for assignment in of or assignments():
        share_here = share if assignment.id == "softmax" else 0.0
        said = verdict or (Verdict.PASSED if share_here == 1 else Verdict.FAILED)
        said = said if assignment.id == "softmax" else Verdict.SKIPPED
        check = CheckResult(
            id=f"test_{assignment.id}", task=1, title="a check", verdict=said,
            score=share_here * assignment.points, points=assignment.points, visibility="hidden",
            seconds=0.1, feedback=feedback,
        )  # fmt: skip
        ones.append(AssignmentResult(
            id=assignment.id, verdict=said, score=check.score, points=check.points, seconds=0.1,
            checks=(check,),
        ))  # fmt: skip
    values: dict[str, Any] = {
        "member": member,
        "digest": f"sha256:{hashlib.sha256(f'{commit}{share}'.encode()).hexdigest()}",
        "commit": commit,
        "graded_at": NOW + timedelta(minutes=minutes),
        "submitted_at": NOW + timedelta(minutes=minutes - 5),
        "score": sum(one.score for one in ones),
        "points": sum(one.points for one in ones),
        "seconds": 0.5,
        "environment": Environment(
            grader="0.1.0", checks="sha256:" + "0" * 64, python="3.11", torch="2",
            sandbox="landlock", seed=1, dataset={"mnist": "digits"},
        ),
        "assignments": tuple(ones),
    }  # fmt: skip
    return SubmissionResult(**(values | more))

"""`classroom50/result/v1`: one document for each member and assignment.

Scores are integers there, so points are multiplied by `SCALE`. Field names: Classroom 50's schema
`result-v1`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grader.amounts import hundredths
from grader.export.counted import Counted
from grader.result import Verdict

SCALE = 100
"""What a point is worth there."""


def to_classroom50(
    counted: Counted, classroom: str, repository: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Assignment and document of everything that comes from an attempt.

    A score set by hand has no submission to speak of there; Classroom 50 has overrides of its own.

    Args:
        counted: a member's work.
        classroom: the classroom's short name.
        repository: OWNER/NAME on GitHub, which commits are linked in.
    """
    for work in counted.work:
        attempt, result = work.attempt, work.result
        if attempt is None or result is None or work.progress.override is not None:
            continue
        # The format asks for a time where nobody may know one.
        submitted = attempt.submitted_at or attempt.graded_at
        commit = attempt.commit or attempt.digest
        link = (
            f"https://github.com/{repository}/commit/{attempt.commit}"
            if attempt.commit
            else attempt.digest
        )
        short = commit.removeprefix("sha256:")[:7]
        yield (
            work.progress.id,
            {
                "schema": "classroom50/result/v1",
                "classroom": classroom,
                "assignment": work.progress.id,
                "assignment_type": "individual",
                "owner": counted.member.key,
                "submission": f"submit/{submitted:%Y%m%dT%H%M%SZ}-{short}",
                "commit": link,
                "release": link,
                "review": link,
                "datetime": _instant(submitted),
                "graded_at": _instant(attempt.graded_at),
                "score": hundredths(work.progress.score or 0.0),
                "max-score": hundredths(work.progress.points),
                "tests": [
                    {
                        "test-name": check.title,
                        "passed": check.verdict is Verdict.PASSED,
                        "score": hundredths(check.score),
                        "max-score": hundredths(check.points),
                    }
                    for check in result.checks
                ],
                "submitted_by": {"username": counted.member.key, "id": None},
            },
        )


def _instant(moment: datetime) -> str:
    """UTC to the second, as the schema wants it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

"""Gradescope's `results.json`: one document for each member.

Field names: the autograder specification of Gradescope (gradescope/autograder_samples, docs/specs).
"""

from typing import Any

from grader.export.check_summary import check_summary
from grader.export.counted import Counted
from grader.harmless import on_one_line
from grader.result import CheckResult, Verdict


def to_gradescope(counted: Counted) -> dict[str, Any]:
    """The document; its score is what counts, also where that is not the sum of the tests."""
    tests = [
        _test(work.progress.id, place, check)
        for work in counted.work
        if work.result is not None
        for place, check in enumerate(work.result.checks, start=1)
    ]
    remarks = [on_one_line(work.remark) for work in counted.work if work.remark]
    if not counted.work:
        remarks = ["Nothing was handed in."]
    return {
        # The format asks for a number, also of who is left out and has handed in nothing.
        "score": counted.member.score or 0.0,
        "execution_time": round(sum(w.result.seconds for w in counted.work if w.result), 3),
        "output": "\n".join(remarks),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"member": counted.member.key, "group": counted.member.group},
        "tests": tests,
    }


def _test(assignment: str, place: int, check: CheckResult) -> dict[str, Any]:
    return {
        "name": f"{assignment}: {on_one_line(check.title)}",
        "number": f"{check.task}.{place}",
        "score": check.score,
        "max_score": check.points,
        "status": "passed" if check.verdict is Verdict.PASSED else "failed",
        "output": "\n".join(check_summary(check)),
        "output_format": "text",
        # Feedback is written for students, also that of hidden checks.
        "visibility": "visible",
        "tags": [assignment, check.visibility],
    }

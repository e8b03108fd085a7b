"""Gradescope's `results.json`: one document for each member.

Field names: the autograder specification of Gradescope (gradescope/autograder_samples, docs/specs).
"""

from typing import Any

from grader.export.counted import Counted
from grader.result import CheckResult, Verdict


def to_gradescope(counted: Counted) -> dict[str, Any]:
    """The document; its score is what counts, also where that is not the sum of the tests."""
    tests = [
        _test(work.progress.id, place, check)
        for work in counted.work
        if work.result is not None
        for place, check in enumerate(work.result.checks, start=1)
    ]
    remarks = [work.remark for work in counted.work if work.remark]
    return {
        "score": counted.member.score,
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
        "name": f"{assignment}: {check.title}",
        "number": f"{check.task}.{place}",
        "score": check.score,
        "max_score": check.points,
        "status": "passed" if check.verdict is Verdict.PASSED else "failed",
        "output": "\n".join(_lines(check)),
        "output_format": "text",
        # Feedback is written for students, also that of hidden checks.
        "visibility": "visible",
        "tags": [assignment, check.visibility],
    }


def _lines(check: CheckResult) -> list[str]:
    if check.verdict is Verdict.PASSED:
        return []
    if check.feedback is None:
        return [check.verdict.value.replace("_", " ")]
    feedback = check.feedback
    lines = [f"asked: {feedback.asked}", f"got: {feedback.got}"]
    if feedback.diagnosis:
        lines.append(f"looks like: {feedback.diagnosis}")
    return [*lines, *([f"try: {feedback.hint}"] if feedback.hint else [])]

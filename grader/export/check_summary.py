"""What a check told the student, line by line."""

from grader.harmless import on_one_line
from grader.result import CheckResult, Verdict


def check_summary(check: CheckResult) -> list[str]:
    """What was asked and what came, what that looks like and what to try; nothing if it passed."""
    if check.verdict is Verdict.PASSED:
        return []
    if check.feedback is None:
        return [check.verdict.words]
    return [f"{label}: {on_one_line(text)}" for label, text in check.feedback.parts]

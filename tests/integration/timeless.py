"""Results without what differs each time."""

from datetime import UTC, datetime

from grader.result import SubmissionResult


def timeless(result: SubmissionResult) -> str:
    """A result as JSON, without when it was graded and how long that took."""
    at = {"seconds": 0.0, "graded_at": datetime(2026, 11, 21, tzinfo=UTC)}
    text = result.model_copy(update=at).model_dump_json()
    seconds = {f'"seconds":{c.seconds}' for a in result.assignments for c in (a, *a.checks)}
    for one in sorted(seconds, key=len, reverse=True):
        text = text.replace(one, '"seconds":0')
    return text

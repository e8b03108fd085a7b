"""Grading in this process, one submission after the other."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from grader.course.submission import Submission
from grader.grading import Graded, Grader
from grader.plan import Plan
from grader.sandbox.host.sandbox import Sandbox
from grader.stopwatch import Stopwatch


def grade_serially(
    submissions: Iterable[Submission],
    plan: Plan,
    *,
    denied_paths: Sequence[Path],
    now: Callable[[], datetime],
    stopwatch: Stopwatch | None = None,
) -> Generator[Graded]:
    """Grade one of `submissions` whenever the next result is asked for.

    Raises:
        GraderError: as `Grader` and its `grade`.
    """
    stopwatch = stopwatch or Stopwatch()
    with ExitStack() as stack:
        with stopwatch.phase("warm process"):
            sandbox = stack.enter_context(Sandbox(denied_paths=denied_paths, preload=plan.preload))
        grader = Grader(plan, sandbox, now=now, stopwatch=stopwatch)
        for submission in submissions:
            yield grader.grade(submission)

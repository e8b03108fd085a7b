"""Grading in this process, one submission after the other."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from grader.course.submission import Submission
from grader.plan import Plan
from grader.result import Graded
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
        sandbox = Sandbox(denied_paths=denied_paths, preload=plan.preload)
        sandbox.start()
        with stopwatch.phase("import torch"):  # which the warm process does at the same time
            from grader.grading import Grader
        with stopwatch.phase("warm process"):
            stack.enter_context(sandbox)
        grader = Grader(plan, sandbox, now=now, stopwatch=stopwatch)
        for submission in submissions:
            yield grader.grade(submission)

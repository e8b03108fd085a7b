"""Grading in this process, one submission after the other."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.submission import Submission
from grader.plan import Plan
from grader.result import Graded
from grader.sandbox.host.sandbox import Sandbox
from grader.stopwatch import Stopwatch

if TYPE_CHECKING:
    from grader.grading import Grader


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
    with open_grader(plan, denied_paths, now, stopwatch or Stopwatch()) as grader:
        for submission in submissions:
            yield grader.grade(submission)


@contextmanager
def open_grader(
    plan: Plan, denied_paths: Sequence[Path], now: Callable[[], datetime], stopwatch: Stopwatch
) -> "Iterator[Grader]":
    """A grader in a sandbox of its own; this process and the warm one import torch together.

    Raises:
        GraderError: as `Grader`, or no sandbox can be had.
    """
    sandbox = Sandbox(denied_paths=denied_paths, preload=plan.preload)
    sandbox.start()
    with stopwatch.phase("import torch"):
        from grader.grading import Grader
    with ExitStack() as stack:
        with stopwatch.phase("warm process"):
            stack.enter_context(sandbox)
        yield Grader(plan, sandbox, now=now, stopwatch=stopwatch)

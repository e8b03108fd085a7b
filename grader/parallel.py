"""Grading on several cores: each job is a process with a warm process of its own.

Submissions are handed out one at a time, so that a slow one holds up nobody. A job starts as a
fresh interpreter (spawn): torch does not survive a fork once it has used threads.
"""

import multiprocessing
import queue
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from grader.course.submission import Submission
from grader.errors import GraderError
from grader.grading import Plan, grade
from grader.result import SubmissionResult
from grader.sandbox.host import Sandbox
from grader.stopwatch import Stopwatch

_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class _Fault:
    text: str


@dataclass(frozen=True)
class _Ended:
    seconds: Mapping[str, float]


def grade_in_parallel(
    submissions: Sequence[Submission],
    plan: Plan,
    jobs: int,
    *,
    concealed: Sequence[Path],
    now: Callable[[], datetime],
    on_result: Callable[[SubmissionResult], None],
    on_fault: Callable[[str], None],
    stopwatch: Stopwatch | None = None,
) -> None:
    """Grade `submissions` in `jobs` processes; results arrive in the order they are ready.

    `now` is a function of a module's top level, so that it can be sent to a process. `stopwatch`
    is given the sum of what the jobs counted.

    Raises:
        GraderError: a job failed; what it had finished has already been handed to `on_result`.
    """
    context = multiprocessing.get_context("spawn")
    work, done = context.Queue(), context.Queue()
    for submission in submissions:
        work.put(submission)
    for _ in range(jobs):
        work.put(None)
    processes = [
        context.Process(target=_job, args=(plan, concealed, now, work, done), daemon=True)
        for _ in range(jobs)
    ]
    for process in processes:
        process.start()
    try:
        running = jobs
        while running:
            match _next(done, processes):
                case _Ended(seconds):
                    if stopwatch is not None:
                        stopwatch.add(seconds)
                    running -= 1
                case _Fault(text):
                    on_fault(text)
                case GraderError() as error:
                    raise error
                case result:
                    on_result(result)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
        work.cancel_join_thread()


def _next(done: Any, processes: Sequence[BaseProcess]) -> Any:
    while True:
        try:
            return done.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            for process in processes:
                if process.exitcode not in (None, 0):
                    raise GraderError(
                        f"a grading job ended unexpectedly (exit {process.exitcode}); "
                        "finished results are kept, run the command again for the rest"
                    ) from None


def _job(
    plan: Plan, concealed: Sequence[Path], now: Callable[[], datetime], work: Any, done: Any
) -> None:
    stopwatch = Stopwatch()
    try:
        with ExitStack() as stack:
            with stopwatch.phase("warm process"):
                sandbox = stack.enter_context(Sandbox(concealed=concealed, preload=plan.preload))
            grade(
                iter(work.get, None),
                plan,
                sandbox,
                now=now,
                on_result=done.put,
                on_fault=lambda text: done.put(_Fault(text)),
                stopwatch=stopwatch,
            )
        done.put(_Ended(stopwatch.seconds))
    except GraderError as error:
        done.put(error)

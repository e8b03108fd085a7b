"""Grading in jobs: processes that each have a warm process of their own.

Submissions are handed out one at a time, so that a slow one holds up nobody, and so that the death
of a job says which submission it was at. That one is tried once more, in another job; then it is
given up as nobody's fault. The others are graded all the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import wait
from pathlib import Path

from grader.course.submission import Submission
from grader.errors import GraderError
from grader.grading import Plan, ungraded
from grader.job import Ended, Failed, Fault, Job, JobDied, Ready
from grader.result import SubmissionResult
from grader.sandbox.host.sandbox import require_linux
from grader.stopwatch import Stopwatch

_TRIES = 2
_STARTS = 3
"""So many jobs in a row may die before they are ready."""


def grade_in_parallel(
    submissions: Iterable[Submission],
    plan: Plan,
    jobs: int,
    *,
    denied_paths: Sequence[Path],
    now: Callable[[], datetime],
    on_result: Callable[[SubmissionResult], None],
    on_fault: Callable[[str], None],
    stopwatch: Stopwatch | None = None,
) -> None:
    """Grade `submissions` in `jobs` processes; results arrive in the order they are ready.

    A submission whose job dies twice gets a result that is an internal error. The processes end
    with the thread that calls this. `now` is a function of a module's top level, so that it can be
    sent to them. `stopwatch` is given the sum of what the jobs counted.

    Raises:
        GraderError: nothing can be graded here; finished results have gone to `on_result`.
    """
    require_linux()
    pool = _Pool(submissions, lambda: Job(plan, denied_paths, now))
    try:
        for _ in range(jobs):
            pool.start()
        while pool.jobs:
            heard = wait([job.connection for job in pool.jobs])
            for job in [job for job in pool.jobs if job.connection in heard]:
                try:
                    message = job.receive()
                except JobDied as death:
                    text, given_up = pool.bury(job, death)
                    on_fault(text)
                    if given_up is not None:
                        on_result(ungraded(given_up, plan, now()))
                    pool.replace()
                    continue
                match message:
                    case Ready():
                        pool.hand(job)
                    case Fault(text):
                        on_fault(text)
                    case Ended(seconds):
                        if stopwatch is not None:
                            stopwatch.add(seconds)
                        pool.release(job)
                    case Failed(error):
                        raise error
                    case result:
                        on_result(result)
                        pool.hand(job)
    finally:
        for job in pool.jobs:
            job.end()


@dataclass(frozen=True)
class _Work:
    """One of the submissions, and how the jobs ended that had it.

    Another one may be equal to it: two pull requests of one member with the same files.
    """

    submission: Submission
    deaths: list[str] = field(default_factory=list)


class _Pool:
    """The living jobs, and the submissions that are left for them."""

    def __init__(self, submissions: Iterable[Submission], make: Callable[[], Job]) -> None:
        self.jobs: list[Job] = []
        self._make = make
        self._waiting = iter(submissions)
        self._exhausted = False
        self._again: list[_Work] = []
        self._in_hand: dict[Job, _Work] = {}
        self._failed_starts = 0

    def start(self) -> None:
        """Begin with one more job."""
        self.jobs.append(self._make())

    def hand(self, job: Job) -> None:
        """Give a job what is next; None where nothing is."""
        self._failed_starts = 0
        self._in_hand.pop(job, None)
        work = self._again.pop() if self._again else self._next()
        if work is not None:
            self._in_hand[job] = work
        job.hand(None if work is None else work.submission)

    def _next(self) -> _Work | None:
        submission = next(self._waiting, None)
        self._exhausted = submission is None
        return None if submission is None else _Work(submission)

    def release(self, job: Job) -> None:
        """Take leave of a job that has ended."""
        self.jobs.remove(job)
        job.wait()

    def bury(self, job: Job, death: JobDied) -> tuple[str, Submission | None]:
        """Take a job that died off the list; a sentence for staff, and what is given up by it.

        Raises:
            GraderError: jobs die before they grade anything.
        """
        self.jobs.remove(job)
        job.end()
        work = self._in_hand.pop(job, None)
        if work is None:
            self._failed_starts += 1
            if self._failed_starts == _STARTS:
                raise GraderError(
                    f"{_STARTS} grading jobs in a row ended before they were ready ({death}); is "
                    "there enough memory? Finished results are kept, run the command again"
                )
            text = f"a grading job ended before it was ready ({death}); another one is started"
            return text, None
        work.deaths.append(str(death))
        ended = f"{work.submission.member or 'the submission'}: the process that graded it ended"
        if len(work.deaths) < _TRIES:
            self._again.append(work)
            return f"{ended} ({death}); it is tried once more", None
        text = (
            f"{ended} {_TRIES} times ({', '.join(work.deaths)}); it is given up and not recorded, "
            "the others are graded"
        )
        return text, work.submission

    def replace(self) -> None:
        """Start a job in the place of one that died, if there may be work for it."""
        if self._again or not self._exhausted:
            self.start()

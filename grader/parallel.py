"""Grading in jobs: processes that each have a warm process of their own.

Submissions are handed out one at a time, so that a slow one holds up nobody, and so that the death
of a job says which submission it was at. That one is tried once more, in another job; then it is
given up as nobody's fault. The others are graded all the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from multiprocessing.connection import wait
from pathlib import Path

from grader.course.submission import Submission
from grader.errors import GraderError
from grader.grading import Plan, ungraded
from grader.job import Ended, Failed, Fault, Job, JobDied, Ready
from grader.result import SubmissionResult
from grader.sandbox.host import require_linux
from grader.stopwatch import Stopwatch

_TRIES = 2
_STARTS = 3
"""So many jobs in a row may die before they are ready."""


def grade_in_parallel(
    submissions: Iterable[Submission],
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

    A submission whose job dies twice gets a result that is an internal error. The processes end
    with the thread that calls this. `now` is a function of a module's top level, so that it can be
    sent to them. `stopwatch` is given the sum of what the jobs counted.

    Raises:
        GraderError: nothing can be graded here; finished results have gone to `on_result`.
    """
    require_linux()
    pool = _Pool(submissions, lambda: Job(plan, concealed, now))
    try:
        for _ in range(jobs):
            pool.start()
        while pool.jobs:
            heard = wait([job.connection for job in pool.jobs])
            for job in [job for job in pool.jobs if job.connection in heard]:
                try:
                    message = job.receive()
                except JobDied as death:
                    on_fault(pool.bury(job, death))
                    if job.submission is not None and not pool.tries_again(job.submission):
                        on_result(ungraded(job.submission, plan, now()))
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


class _Pool:
    """The living jobs, and the submissions that are left for them."""

    def __init__(self, submissions: Iterable[Submission], make: Callable[[], Job]) -> None:
        self.jobs: list[Job] = []
        self._make = make
        self._waiting = iter(submissions)
        self._exhausted = False
        self._again: list[Submission] = []
        self._deaths: dict[tuple[str | None, str], list[str]] = defaultdict(list)
        self._failed_starts = 0

    def start(self) -> None:
        """Begin with one more job."""
        self.jobs.append(self._make())

    def hand(self, job: Job) -> None:
        """Give a job what is next; None where nothing is."""
        self._failed_starts = 0
        submission = self._again.pop() if self._again else next(self._waiting, None)
        self._exhausted = self._exhausted or submission is None
        job.hand(submission)

    def release(self, job: Job) -> None:
        """Take leave of a job that has ended."""
        self.jobs.remove(job)
        job.wait()

    def bury(self, job: Job, death: JobDied) -> str:
        """Take a job that died off the list; a sentence for staff.

        Raises:
            GraderError: jobs die before they grade anything.
        """
        self.jobs.remove(job)
        job.end()
        submission = job.submission
        if submission is None:
            self._failed_starts += 1
            if self._failed_starts == _STARTS:
                raise GraderError(
                    f"{_STARTS} grading jobs in a row ended before they were ready ({death}); is "
                    "there enough memory? Finished results are kept, run the command again"
                )
            return f"a grading job ended before it was ready ({death}); another one is started"
        deaths = self._deaths[submission.member, submission.digest]
        deaths.append(str(death))
        member = submission.member or "the submission"
        if len(deaths) < _TRIES:
            self._again.append(submission)
            return f"{member}: the process that graded it ended ({death}); it is tried once more"
        return (
            f"{member}: the process that graded it ended {_TRIES} times ({', '.join(deaths)}); it "
            "is given up and not recorded, the others are graded"
        )

    def tries_again(self, submission: Submission) -> bool:
        """Whether a submission whose job died has another try."""
        return len(self._deaths[submission.member, submission.digest]) < _TRIES

    def replace(self) -> None:
        """Start a job in the place of one that died, if there may be work for it."""
        if self._again or not self._exhausted:
            self.start()

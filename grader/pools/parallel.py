"""Grading in jobs: processes that each have a warm process of their own.

Submissions are handed out one at a time, so that a slow one holds up nobody, and so that the death
of a job says which submission it was at. That one is tried once more, in another job; then it is
given up as nobody's fault. The others are graded all the same.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path

from grader.course.submission import Submission
from grader.errors import GraderError
from grader.plan import Plan
from grader.pools.job import Ended, Failed, Job, JobDied, Ready
from grader.result import Graded, SubmissionResult
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
    stopwatch: Stopwatch | None = None,
) -> Generator[Graded]:
    """Grade `submissions` in `jobs` processes; the results in the order of the submissions.

    What is graded before its turn waits here. A submission whose job dies twice gets a result that
    is an internal error. The processes end with the thread that asks for the first result. `now` is
    a function of a module's top level, so that it can be sent to them. `stopwatch` is given the sum
    of what the jobs counted.

    Raises:
        GraderError: nothing can be graded here.
    """
    require_linux()

    def give_up(submission: Submission) -> SubmissionResult:
        from grader.grading import ungraded  # and torch, which this process needs for nothing else

        return ungraded(submission, plan, now())

    lanes: list[Lane] = []
    waiting = enumerate(submissions)
    graded: dict[int, Graded] = {}
    place = 0
    at: dict[Lane, int] = {}
    try:
        for _ in range(jobs):
            lanes.append(Lane(lambda: Job(plan, denied_paths, now), give_up))
        while True:
            for lane in lanes:
                if lane not in at and (following := next(waiting, None)) is not None:
                    at[lane], submission = following
                    lane.give(submission)
            if not at:
                break
            heard = wait([lane.connection for lane in at])
            for lane in [lane for lane in at if lane.connection in heard]:
                if (found := lane.hear()) is not None:
                    graded[at.pop(lane)] = found
            while place in graded:
                yield graded.pop(place)
                place += 1
        for lane in lanes:
            lane.end(stopwatch)
    finally:
        for lane in lanes:
            lane.kill()


class Lane:
    """One job after another, as they die, and the submission that the present one is at.

    Args:
        start: begins a job.
        give_up: the result of a submission whose jobs died.
    """

    def __init__(
        self, start: Callable[[], Job], give_up: Callable[[Submission], SubmissionResult]
    ) -> None:
        self._start = start
        self._give_up = give_up
        self._job = start()
        self._ready = False
        self._failed_starts = 0
        self._submission: Submission | None = None
        self._deaths: list[str] = []
        self._faults: list[str] = []

    @property
    def connection(self) -> "Connection[object, object]":
        """What can be waited on until `hear` has something to hear."""
        return self._job.connection

    def give(self, submission: Submission) -> None:
        """Have a submission graded."""
        self._submission, self._deaths, self._faults = submission, [], []
        if self._ready:
            self._job.hand(submission)

    def hear(self) -> Graded | None:
        """Wait for the job's next message: the submission graded; None where it is another one.

        Raises:
            GraderError: no job could grade anything.
        """
        try:
            message = self._job.receive()
        except JobDied as death:
            return self._bury(death)
        match message:
            case Graded(result, faults):
                self._submission = None
                return Graded(result, (*self._faults, *faults))
            case Ready():
                self._ready, self._failed_starts = True, 0
                if self._submission is not None:
                    self._job.hand(self._submission)
            case Ended():  # it had nothing to do for too long
                self._restart()
            case Failed(error):
                raise error
        return None

    def end(self, stopwatch: Stopwatch | None) -> None:
        """Let the job go, which has nothing to do; add to `stopwatch` what it counted."""
        self._job.hand(None)
        with suppress(JobDied):
            message = self._job.receive()
            while not isinstance(message, Ended | Failed):
                message = self._job.receive()
            if isinstance(message, Ended) and stopwatch is not None:
                stopwatch.add(message.seconds)
            self._job.wait()

    def kill(self) -> None:
        """End the job, whatever it does; idempotent."""
        self._job.end()

    def _restart(self) -> None:
        self._job.end()
        self._job, self._ready = self._start(), False

    def _bury(self, death: JobDied) -> Graded | None:
        submission = self._submission
        if not self._ready or submission is None:
            self._failed_starts += 1
            if self._failed_starts == _STARTS:
                raise GraderError(
                    f"{_STARTS} grading jobs in a row ended before they were ready ({death}); is "
                    "there enough memory? Finished results are kept, run the command again"
                )
            self._faults.append(
                f"a grading job ended before it was ready ({death}); another one is started"
            )
            self._restart()
            return None
        self._deaths.append(str(death))
        self._restart()
        ended = f"{submission.member or 'the submission'}: the process that graded it ended"
        if len(self._deaths) < _TRIES:
            self._faults.append(f"{ended} ({death}); it is tried once more")
            return None
        self._faults.append(
            f"{ended} {_TRIES} times ({', '.join(self._deaths)}); it is given up and not recorded, "
            "the others are graded"
        )
        self._submission = None
        return Graded(self._give_up(submission), tuple(self._faults))

"""Grading on many machines: a dask.distributed cluster whose workers each keep a job process.

Submissions, rules and checks travel as bytes, so that a worker needs the same grader and torch but
no checkout of the course; only GRADER_DATA has to lie under the same path. Results return as JSON.
A submission at which the job dies is tried once more and then given up, as in
`parallel`; dask gives the work of a lost worker to another one, and a submission yields one result
however often it was graded.

The cluster is trusted: who reaches the scheduler's port can run code on all of its machines.
"""

import hashlib
import secrets
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from distributed import Client, WorkerPlugin, get_worker, wait

from grader.course.sources import CHECKS, files_of
from grader.course.submission import Submission
from grader.errors import ConfigurationError, GraderError
from grader.grading import ungraded
from grader.plan import Plan
from grader.pools.job import Job
from grader.pools.parallel import Lane
from grader.result import Graded, SubmissionResult

_CONNECT_SECONDS = 10
_WORKERS_SECONDS = 60  # they may have been started a moment ago
_IDLE_SECONDS = 60.0
"""After so long without work the job ends: whoever wanted it may have been killed."""

_AHEAD = 4
"""So many submissions for each worker are with the cluster, so that none waits for the next."""
_WORKERS_ASKED_SECONDS = 2.0

DeniedPaths = Callable[[Plan], list[Path]]
Now = Callable[[], datetime]


@dataclass(frozen=True)
class PlanBundle:
    """A plan with the content of its files, which means the same on any machine."""

    plan: Plan
    files: dict[str, bytes]
    """Name, as `files_of` gives it → content."""

    @classmethod
    def of(cls, plan: Plan) -> "PlanBundle":
        """Pack what grading by `plan` reads, except GRADER_DATA."""
        files = {
            name: path.read_bytes()
            for assignment in plan.assignments
            for name, path in files_of(assignment, plan.checks).items()
        }
        return cls(plan, files)

    def unpack(self, folder: Path) -> Plan:
        """Write the files into `folder`; the plan that reads them there."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        assignments = [
            assignment.model_copy(update={"folder": folder / assignment.id})
            for assignment in self.plan.assignments
        ]
        checks = self.plan.checks and folder / CHECKS
        return replace(self.plan, assignments=assignments, checks=checks)


class WorkerGrader(WorkerPlugin):  # type: ignore[misc]
    """What a worker of the cluster holds for one run: a job, with a sandbox and collected checks.

    It has one submission after another graded; a worker with several threads for tasks gains
    nothing by them.
    """

    def __init__(self, bundle: PlanBundle, denied_paths: DeniedPaths, now: Now) -> None:
        self.bundle = bundle
        self.denied_paths = denied_paths
        self.now = now
        self.grader = _fingerprint()

    def setup(self, worker: Any) -> None:
        """Unpack the plan; called by dask on each worker, also on one that joins later."""
        self.host = worker.address
        self.turn = threading.Lock()
        self.folder = tempfile.TemporaryDirectory()
        self.plan = self.bundle.unpack(Path(self.folder.name))
        self.lane: Lane | None = None
        self.over = False

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - dask's signature
        """End the job; called by dask when the run is over or the worker stops."""
        self.over = True
        if self.lane is not None:
            self.lane.kill()
        self.folder.cleanup()

    def grade(self, submission: Submission) -> tuple[str, tuple[str, ...]]:
        """The result as JSON, and the tracebacks of failures of ours.

        Raises:
            GraderError: as `Grader`, or the worker has another grader or torch.
        """
        if self.grader != _fingerprint():
            raise ConfigurationError(
                f"{self.host}: another grader or torch than here; install the same on all"
            )
        with self.turn:
            if self.lane is None:
                self.lane = Lane(self._start, lambda one: ungraded(one, self.plan, self.now()))
            try:
                self.lane.give(submission)
                graded = None
                while graded is None:
                    graded = self.lane.hear()
            except BaseException:
                self.lane.kill()
                self.lane = None
                raise
        return graded.result.to_json(), graded.faults

    def _start(self) -> Job:
        if self.over:
            raise GraderError(f"{self.host}: the run is over")
        hidden = [*self.denied_paths(self.plan), Path(self.folder.name)]
        return Job(self.plan, hidden, self.now, idle_seconds=_IDLE_SECONDS)


def grade_on_cluster(
    submissions: Sequence[Submission],
    plan: Plan,
    scheduler: str,
    *,
    denied_paths: DeniedPaths,
    now: Now,
) -> Generator[Graded]:
    """Grade `submissions` on the cluster at `scheduler`; the results in their order.

    `denied_paths` and `now` are functions of a module's top level, called on the workers.

    Raises:
        ConfigurationError: no scheduler answers there, it has no workers, or they differ from us.
        GraderError: no worker can grade, or the scheduler is gone.
    """
    run = f"grader-{secrets.token_hex(8)}"
    with _connected(scheduler) as client:
        client.register_plugin(WorkerGrader(PlanBundle.of(plan), denied_paths, now), name=run)
        try:
            yield from _in_order(client, submissions, plan, scheduler, run, now)
        finally:
            with suppress(OSError, TimeoutError):  # a scheduler that is gone has forgotten it
                client.unregister_worker_plugin(run)


def _in_order(
    client: Client,
    submissions: Sequence[Submission],
    plan: Plan,
    scheduler: str,
    run: str,
    now: Now,
) -> Iterator[Graded]:
    """The results; the cluster holds some submissions for each worker, never thousands at once."""
    tasks: deque[Any] = deque()  # in the order of the submissions, from the one that is due
    unfinished: set[Any] = set()
    waiting = enumerate(submissions)
    most, asked = 0, -_WORKERS_ASKED_SECONDS
    for submission in submissions:
        while not tasks or tasks[0] in unfinished:
            if time.monotonic() - asked >= _WORKERS_ASKED_SECONDS:  # they come and go
                with suppress(OSError, TimeoutError):  # of a scheduler that is gone tasks tell
                    most = _AHEAD * max(1, len(client.nthreads()))
                asked = time.monotonic()
            for number, one in islice(waiting, max(0, most - len(unfinished))):
                task = client.submit(_grade_there, one, run, key=(run, number), pure=False)
                tasks.append(task)
                unfinished.add(task)
            with client.as_current(), suppress(TimeoutError, CancelledError):
                wait(unfinished, timeout=_WORKERS_ASKED_SECONDS, return_when="FIRST_COMPLETED")
            unfinished -= {task for task in unfinished if task.done()}
        yield _result_of(tasks.popleft(), submission, plan, scheduler, now)


def _result_of(task: Any, submission: Submission, plan: Plan, scheduler: str, now: Now) -> Graded:
    """Wait for a task; what it has graded."""
    try:
        error = task.exception()
        text, faults = task.result() if error is None else ("", ())
    except CancelledError:
        raise GraderError(
            f"{scheduler}: the scheduler is gone; finished results are kept, run the command again "
            "for the rest"
        ) from None
    if isinstance(error, GraderError):
        raise error
    if error is not None:
        fault = (
            f"{submission.member or '-'}: the workers that graded it were lost each time "
            f"({type(error).__name__}); it is given up and not recorded"
        )
        return Graded(ungraded(submission, plan, now()), (fault,))
    return Graded(_checked(text, plan), tuple(faults))


def _grade_there(submission: Submission, run: str) -> tuple[str, tuple[str, ...]]:
    """On a worker: what its job says."""
    grader: WorkerGrader = get_worker().plugins[run]
    return grader.grade(submission)


def _checked(text: str, plan: Plan) -> SubmissionResult:
    result = SubmissionResult.parse(text, source="a worker's result")
    if result.environment.checks != plan.digest:
        raise GraderError("a worker graded with other checks than these")
    return result


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    try:
        client = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigurationError(f"{scheduler}: no scheduler answers there: {reason}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except TimeoutError:
            raise ConfigurationError(
                f"{scheduler}: the scheduler has no workers; start some with "
                f"dask worker {scheduler} --nworkers auto --nthreads 1"
            ) from None
        yield client


@cache
def _fingerprint() -> str:
    """What must be alike for results to be alike: this package's code, and torch."""
    digest = hashlib.sha256(torch.__version__.encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        digest.update(f"\0{path.relative_to(package)}\0".encode() + path.read_bytes())
    return digest.hexdigest()

"""Grading on many machines: a dask.distributed cluster whose workers each keep a job process.

Submissions, rules and checks travel as bytes, so that a worker needs the same grader and torch but
no checkout of the course; only MNIST has to lie under the same path. Results return as JSON as
they finish. A submission at which the job dies is tried once more and then given up, as in
`parallel`; dask gives the work of a lost worker to another one, and a submission yields one result
however often it was graded.

The cluster is trusted: who reaches the scheduler's port can run code on all of its machines.
"""

import hashlib
import queue
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import torch
from distributed import Client, WorkerPlugin, as_completed, get_worker

from grader.course.sources import CHECKS, files_of
from grader.course.submission import Submission
from grader.errors import ConfigurationError, GraderError
from grader.grading import Plan, ungraded
from grader.parallel import grade_in_parallel
from grader.result import SubmissionResult

_CONNECT_SECONDS = 10
_WORKERS_SECONDS = 60  # they may have been started a moment ago
_END_SECONDS = 60.0
_IDLE_SECONDS = 60.0
"""After so long without work the job ends: whoever wanted it may have been killed."""
_LOOK_SECONDS = 1.0

Conceal = Callable[[Plan], list[Path]]
Now = Callable[[], datetime]


@dataclass(frozen=True)
class PlanBundle:
    """A plan with the content of its files, which means the same on any machine."""

    plan: Plan
    files: dict[str, bytes]
    """Name, as `files_of` gives it → content."""

    @classmethod
    def of(cls, plan: Plan) -> "PlanBundle":
        """Pack what grading by `plan` reads, except MNIST."""
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

    It belongs to one thread, which has one submission after another graded; a worker with several
    threads for tasks gains nothing by them.
    """

    def __init__(self, parcel: PlanBundle, denied_paths: Conceal, now: Now) -> None:
        self.parcel = parcel
        self.denied_paths = denied_paths
        self.now = now
        self.grader = _fingerprint()

    def setup(self, worker: Any) -> None:
        """Make the queues; called by dask on each worker, also on one that joins later."""
        self.host = worker.address
        self.turn = threading.Lock()
        self.work: queue.SimpleQueue[Submission | None] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[SubmissionResult | GraderError] = queue.SimpleQueue()
        self.faults: list[str] = []
        self.thread: threading.Thread | None = None

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - dask's signature
        """End the job; called by dask when the run is over or the worker stops."""
        self.work.put(None)
        if self.thread is not None:
            self.thread.join(_END_SECONDS)

    def grade(self, submission: Submission) -> tuple[str, list[str]]:
        """The result as JSON, and the tracebacks of failures of ours.

        Raises:
            GraderError: as `grading.grade`, or the worker has another grader or torch.
        """
        with self.turn:
            if self.grader != _fingerprint():
                raise ConfigurationError(
                    f"{self.host}: another grader or torch than here; install the same on all"
                )
            self.work.put(submission)
            found = None
            while found is None:
                if self.thread is None or not self.thread.is_alive():
                    self.thread = threading.Thread(target=self._serve, daemon=True)
                    self.thread.start()
                with suppress(queue.Empty):
                    found = self.done.get(timeout=_LOOK_SECONDS)
            faults, self.faults = self.faults, []
        if isinstance(found, GraderError):
            raise found
        return found.to_json(), faults

    def _serve(self) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                plan = self.parcel.unpack(Path(folder))
                denied_paths = [*self.denied_paths(plan), Path(folder)]
                grade_in_parallel(
                    self._submissions(),
                    plan,
                    1,
                    denied_paths=denied_paths,
                    now=self.now,
                    on_result=self.done.put,
                    on_fault=lambda text: self.faults.append(text),
                )
        except GraderError as error:
            self.done.put(error)
        except BaseException as error:  # whoever waits for a result must not wait for ever
            self.done.put(GraderError(f"{self.host}: {type(error).__name__}: {error}"))

    def _submissions(self) -> Iterator[Submission]:
        with suppress(queue.Empty):
            yield from iter(lambda: self.work.get(timeout=_IDLE_SECONDS), None)


def grade_on_cluster(
    submissions: Sequence[Submission],
    plan: Plan,
    scheduler: str,
    *,
    denied_paths: Conceal,
    now: Now,
    on_result: Callable[[SubmissionResult], None],
    on_fault: Callable[[str], None],
) -> None:
    """Grade `submissions` on the cluster at `scheduler`; results arrive as they are ready.

    `concealed` and `now` are functions of a module's top level, called on the workers.

    Raises:
        ConfigurationError: no scheduler answers there, it has no workers, or they differ from us.
        GraderError: no worker can grade, or the scheduler is gone.
    """
    run = f"grader-{secrets.token_hex(8)}"
    with _connected(scheduler) as client:
        client.register_plugin(WorkerGrader(PlanBundle.of(plan), denied_paths, now), name=run)
        try:
            of_key = {(run, number): s for number, s in enumerate(submissions)}
            tasks = [
                client.submit(_grade_there, submission, run, key=key, pure=False)
                for key, submission in of_key.items()
            ]
            for future in as_completed(tasks, loop=client.loop):
                try:
                    error = future.exception()
                    text, faults = future.result() if error is None else ("", [])
                except CancelledError:
                    raise GraderError(
                        f"{scheduler}: the scheduler is gone; finished results are kept, run the "
                        "command again for the rest"
                    ) from None
                if isinstance(error, GraderError):
                    raise error
                if error is not None:
                    submission = of_key[future.key]
                    on_fault(
                        f"{submission.member or '-'}: the workers that graded it were lost each "
                        f"time ({type(error).__name__}); it is given up and not recorded"
                    )
                    on_result(ungraded(submission, plan, now()))
                    continue
                future.release()  # the cluster need not keep it
                for fault in faults:
                    on_fault(fault)
                on_result(_checked(text, plan))
        finally:
            with suppress(OSError, TimeoutError):  # a scheduler that is gone has forgotten it
                client.unregister_worker_plugin(run)


def _grade_there(submission: Submission, run: str) -> tuple[str, list[str]]:
    """On a worker: what its station finds."""
    station: WorkerGrader = get_worker().plugins[run]
    return station.grade(submission)


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
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(f"\0{path.relative_to(package)}\0".encode() + path.read_bytes())
    return digest.hexdigest()

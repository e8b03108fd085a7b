"""What the cluster costs beside the grading: workers that wait in the place of grading.

    python -m tests.benchmarks.cluster_at_scale [--seconds 0.5] [--rounds 5] [--many 10000]

A scheduler and its workers are processes of this machine. A submission takes its worker so many
seconds, which it sleeps, and the worker answers with a full result; so what is measured is
the time that submissions spend on the way. Prints the efficiency of two, four and eight
workers, how many submissions each adds to those of one in the same time, beside one worker's in the
same round; then the memory of client and scheduler while thousands pass, and a run in which workers
join and are lost.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from grader.cli.common import denied_paths, now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.grading import ungraded
from grader.plan import HIDDEN, Plan
from grader.pools import cluster
from tests.benchmarks.memory_at_scale import resident, submissions

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
SECONDS = "seconds "
"""How a notice of a submission begins that says how long it takes."""


class Waiting(cluster.WorkerGrader):
    """A worker that sleeps and answers with a result of the usual length."""

    def grade(self, submission: Submission) -> tuple[str, tuple[str, ...]]:
        """Sleep as long as the submission says."""
        with self.turn:
            time.sleep(float(submission.notices[0].removeprefix(SECONDS)))
        result = ungraded(submission, self.plan, self.now())
        return result.model_copy(update={"notices": ("x" * 15_000,)}).to_json(), ()


def waiting(count: int, seconds: float) -> list[Submission]:
    """So many submissions that take so long."""
    notices = {"notices": (f"{SECONDS}{seconds}",)}
    return [one.model_copy(update=notices) for one in submissions(count)]


def dask(stack: ExitStack, folder: str, *words: str) -> subprocess.Popen[bytes]:
    """A process of dask's, which ends with the stack."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words], cwd=folder, env=ENVIRONMENT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


class Machine:
    """A scheduler, and workers that can be added and killed."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._folder = stack.enter_context(tempfile.TemporaryDirectory())
        file = Path(self._folder, "scheduler.json")
        self.scheduler = dask(
            stack, self._folder, "scheduler", "--host", "tcp://127.0.0.1", "--port", "0",
            "--no-dashboard", "--scheduler-file", str(file),
        )  # fmt: skip
        while not (file.exists() and file.read_text()):
            time.sleep(0.1)
        self.address = str(json.loads(file.read_text())["address"])
        self.workers: list[subprocess.Popen[bytes]] = []

    def add(self, count: int) -> None:
        """Start so many workers, and wait until all are there."""
        self.workers += [
            dask(
                self._stack, self._folder, "worker", self.address, "--nthreads", "1",
                "--no-nanny", "--no-dashboard", "--local-directory", self._folder,
            )
            for _ in range(count)
        ]  # fmt: skip
        with cluster.Client(self.address) as client:
            client.wait_for_workers(len(self.workers), timeout=300)

    def lose(self, count: int) -> None:
        """Kill so many workers."""
        for _ in range(count):
            self.workers.pop(0).kill()


@contextmanager
def machine(workers: int) -> Iterator[Machine]:
    """A scheduler with so many workers."""
    with ExitStack() as stack:
        made = Machine(stack)
        made.add(workers)
        yield made


def graded(at: Machine, handed_in: list[Submission], plan: Plan) -> Iterator[float]:
    """The time at which each result comes, in the order of the submissions."""
    results = cluster.grade_on_cluster(
        handed_in, plan, at.address, denied_paths=denied_paths, now=now
    )
    for expected, found in zip(handed_in, results, strict=True):
        assert found.result.member == expected.member
        yield time.perf_counter()


def rate(at: Machine, count: int, seconds: float, plan: Plan) -> float:
    """Submissions in a second, from the first result to the last."""
    times = list(graded(at, waiting(count, seconds), plan))
    return (count - 1) / (times[-1] - times[0])


def efficiency(rounds: int, seconds: float, plan: Plan) -> None:
    """Measure two, four and eight workers beside one."""
    with ExitStack() as stack:
        machines = {n: stack.enter_context(machine(n)) for n in (1, 2, 4, 8)}
        found: dict[int, list[float]] = {2: [], 4: [], 8: []}
        for _ in range(rounds):
            one = rate(machines[1], 20, seconds, plan)
            for workers, shares in found.items():
                count = 20 * workers + 1  # the first one of each worker is not measured
                shares.append(rate(machines[workers], count, seconds, plan) / workers / one)
    for workers, shares in found.items():
        print(f"{workers} workers, submissions of {seconds:g} s: efficiency {median(shares):.3f} "
              f"({min(shares):.3f} to {max(shares):.3f})", flush=True)  # fmt: skip


def memory(count: int, plan: Plan) -> None:
    """Print what client and scheduler hold while thousands of submissions pass."""
    with machine(8) as at:
        first = (0.0, 0.0)
        for number, _ in enumerate(graded(at, waiting(count, 0.02), plan), 1):
            if number in (count // 10, count // 2, count):
                held = resident("self"), resident(str(at.scheduler.pid))
                first = first if any(first) else held
                print(f"{number} submissions: client {held[0]:.0f} MiB, {held[0] / first[0]:.2f} of"
                      f" the first; scheduler {held[1]:.0f} MiB, {held[1] / first[1]:.2f}",
                      flush=True)  # fmt: skip


def joined_and_lost(plan: Plan) -> None:
    """Four workers, from the middle on eight, of which two are then lost."""
    with machine(4) as at:
        times: list[float] = []
        for came in graded(at, waiting(400, 0.2), plan):
            times.append(came)
            if len(times) == 100:
                at.add(4)
            if len(times) == 250:
                at.lose(2)
    for first, last, workers in ((20, 90, 4), (170, 240, 8), (320, 390, 6)):
        took = (times[last] - times[first]) / (last - first)
        print(f"{workers} workers: {0.2 / workers / took:.2f} of the rate without any cost")
    print(f"{len(times)} results of 400, in order")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=10_000)
    wanted: Any = parser.parse_args()
    cluster.WorkerGrader = Waiting  # type: ignore[misc]
    [softmax] = [a for a in load_assignments(ROOT / "assignments") if a.id == "softmax"]
    plan = Plan([softmax], HIDDEN, 1)
    efficiency(wanted.rounds, wanted.seconds, plan)
    memory(wanted.many, plan)
    joined_and_lost(plan)


if __name__ == "__main__":
    from tests.benchmarks import cluster_at_scale  # so that workers find `Waiting` by its name

    cluster_at_scale.main()

"""What travels to a cluster, and who may grade there."""

import shutil
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.cli.common import denied_paths, now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.errors import ConfigurationError, GraderError
from grader.grading import ungraded
from grader.plan import HIDDEN, Plan
from grader.pools import cluster
from grader.pools.cluster import PlanBundle, WorkerGrader
from grader.pools.job import Ended, Ready
from grader.result import Graded

CHECKOUT = Path(__file__).parents[2]


PLAN = Plan(load_assignments(CHECKOUT / "assignments"), HIDDEN, 3)


@pytest.fixture
def plan() -> Plan:
    """All assignments with the hidden checks."""
    return PLAN


def test_a_plan_means_the_same_where_it_is_unpacked(plan: Plan, tmp_path: Path) -> None:
    """Checks, rules and flowers arrive in another folder with the digest they had."""
    there = PlanBundle.of(plan).unpack(tmp_path)
    assert there.digest == plan.digest
    assert len(there.files()) == len(plan.files()) == 2 * len(plan.assignments)
    assert all(path.is_relative_to(tmp_path) for path in there.files())
    [iris] = [a for a in plan.assignments if a.id == "iris"]
    [moved] = [a for a in there.assignments if a.id == "iris"]
    assert there.trials(moved)[0].files == plan.trials(iris)[0].files


class FakeTask:
    """A submission that is with the cluster."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.graded = False

    def done(self) -> bool:
        """Whether it was graded."""
        return self.graded

    def exception(self) -> None:
        """None went wrong."""
        if not self.graded:
            raise CancelledError

    def result(self) -> tuple[str, tuple[str, ...]]:
        """What a worker answers."""
        return ungraded(self.submission, PLAN, now()).to_json(), ()


class FakeClient:
    """A cluster of two workers, which grades the last submission that it has before the others."""

    def __init__(self) -> None:
        self.held: list[FakeTask] = []
        self.most = 0

    def nthreads(self) -> dict[str, int]:
        """The threads of each worker."""
        return {"a": 1, "b": 1}

    def as_current(self) -> AbstractContextManager[None]:
        """Nothing to be."""
        return nullcontext()

    def submit(self, _: object, submission: Submission, *__: object, **___: object) -> FakeTask:
        """Take a submission."""
        self.held.append(FakeTask(submission))
        self.most = max(self.most, len(self.held))
        return self.held[-1]

    def wait(self, tasks: set[FakeTask], **_: object) -> None:
        """Grade one."""
        assert tasks == set(self.held)
        self.held.pop().graded = True


HANDED_IN = [Submission(member=f"m{number}") for number in range(50)]


def test_a_cluster_holds_a_few_submissions_for_each_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty come back in their order, and two workers never have more than eight of them."""
    client = FakeClient()
    monkeypatch.setattr(cluster, "wait", client.wait)
    given: Any = client
    found = list(cluster._in_order(given, HANDED_IN, PLAN, "tcp://x", "run", now))
    assert [one.result.member for one in found] == [one.member for one in HANDED_IN]
    assert client.most == 8


def test_a_scheduler_that_is_gone_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cluster still had is lost, which is said, with what to do."""
    client = FakeClient()

    def gone(tasks: set[FakeTask], **_: object) -> None:
        for task in tasks:
            monkeypatch.setattr(task, "done", lambda: True)
        raise CancelledError

    monkeypatch.setattr(cluster, "wait", gone)
    given: Any = client
    with pytest.raises(GraderError, match="tcp://x: the scheduler is gone; finished results are"):
        list(cluster._in_order(given, HANDED_IN, PLAN, "tcp://x", "run", now))


class IdleJob:
    """A job that ends for want of work whenever it has graded something."""

    begun = 0

    def __init__(self, *_: object, idle_seconds: float) -> None:
        assert idle_seconds > 0
        IdleJob.begun += 1
        self._answers: list[object] = [Ready()]

    def hand(self, submission: Submission) -> None:
        """Grade it, unless this job has ended."""
        if Ended({}) not in self._answers:
            fault = f"fault of {submission.member}"
            self._answers += [Graded(ungraded(submission, PLAN, now()), (fault,)), Ended({})]

    def receive(self) -> object:
        """What comes next."""
        return self._answers.pop(0)

    def end(self) -> None:
        """Nothing to end."""


def test_a_job_that_ended_for_want_of_work_is_replaced(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When more comes a worker begins anew, and nothing is counted as a death."""
    monkeypatch.setattr("grader.pools.cluster.Job", IdleJob)
    worker = WorkerGrader(PlanBundle.of(plan), denied_paths, now)
    worker.setup(SimpleNamespace(address="tcp://here:1"))
    for member in ("ada", "bob"):
        text, faults = worker.grade(Submission(member=member))
        assert f'"{member}"' in text
        assert faults == (f"fault of {member}",)
    assert IdleJob.begun == 2
    worker.teardown(None)


def test_private_checks_travel_with_what_lies_beside_them(plan: Plan, tmp_path: Path) -> None:
    """Modules and data of a private folder arrive, and the digest is that of the sender."""
    private = tmp_path / "private"
    (private / "more").mkdir(parents=True)
    shutil.copy(HIDDEN / "softmax" / "test_softmax.py", private)
    (private / "more" / "answers.py").write_text("ONE = 1\n")
    own = replace(plan, checks=private)
    there = PlanBundle.of(own).unpack(tmp_path / "there")
    assert there.digest == own.digest != plan.digest
    assert there.checks is not None
    assert (there.checks / "more" / "answers.py").read_text() == "ONE = 1\n"
    assert len(there.files()) == 2 * len(plan.assignments)


def test_another_grader_is_refused(plan: Plan) -> None:
    """A worker whose code or torch differs grades nothing, and is named."""
    worker = WorkerGrader(PlanBundle.of(plan), denied_paths, now)
    worker.setup(SimpleNamespace(address="tcp://other:1"))
    worker.grader = "of another checkout"
    with pytest.raises(ConfigurationError, match="tcp://other:1: another grader or torch"):
        worker.grade(Submission(member="ada"))
    worker.teardown(None)

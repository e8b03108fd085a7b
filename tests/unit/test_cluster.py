"""What travels to a cluster, and who may grade there."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.cli.common import denied_paths, now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.errors import ConfigurationError
from grader.grading import ungraded
from grader.plan import HIDDEN, Plan
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

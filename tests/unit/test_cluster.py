"""What travels to a cluster, and who may grade there."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.cli.common import denied_paths, now
from grader.cluster import PlanBundle, WorkerGrader
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.errors import ConfigurationError
from grader.grading import HIDDEN, Plan, ungraded

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def plan() -> Plan:
    """All assignments with the hidden checks."""
    return Plan(load_assignments(CHECKOUT / "assignments"), HIDDEN, 3)


def test_a_plan_means_the_same_where_it_is_unpacked(plan: Plan, tmp_path: Path) -> None:
    """Checks, rules and flowers arrive in another folder with the digest they had."""
    there = PlanBundle.of(plan).unpack(tmp_path)
    assert there.digest == plan.digest
    assert len(there.files()) == len(plan.files()) == 2 * len(plan.assignments)
    assert all(path.is_relative_to(tmp_path) for path in there.files())
    assert there.iris[0][0] == plan.iris[0][0]


def test_a_job_that_nobody_wants_any_more_ends(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without work for a while a worker lets its job go, and begins anew when more comes."""
    monkeypatch.setattr("grader.cluster._IDLE_SECONDS", 0.1)
    begun = []

    def graded(submissions: Iterable[Submission], *_: object, **how: Any) -> None:
        begun.append(1)
        for submission in submissions:
            how["on_fault"](f"fault of {submission.member}")
            how["on_result"](ungraded(submission, plan, now()))

    monkeypatch.setattr("grader.cluster.grade_in_parallel", graded)
    station = WorkerGrader(PlanBundle.of(plan), denied_paths, now)
    station.setup(SimpleNamespace(address="tcp://here:1"))
    for member in ("ada", "bob"):
        text, faults = station.grade(Submission(member=member))
        assert f'"{member}"' in text
        assert faults == [f"fault of {member}"]
        assert station.thread is not None
        station.thread.join(30)
        assert not station.thread.is_alive()
    assert len(begun) == 2


def test_private_checks_travel_with_what_lies_beside_them(plan: Plan, tmp_path: Path) -> None:
    """Modules and data of a private folder arrive, and the digest is that of the sender."""
    private = tmp_path / "private"
    (private / "more").mkdir(parents=True)
    shutil.copy(HIDDEN / "test_softmax.py", private)
    (private / "more" / "answers.py").write_text("ONE = 1\n")
    own = replace(plan, checks=private)
    there = PlanBundle.of(own).unpack(tmp_path / "there")
    assert there.digest == own.digest != plan.digest
    assert there.checks is not None
    assert (there.checks / "more" / "answers.py").read_text() == "ONE = 1\n"
    assert len(there.files()) == 2 * len(plan.assignments)


def test_another_grader_is_refused(plan: Plan) -> None:
    """A worker whose code or torch differs grades nothing, and is named."""
    station = WorkerGrader(PlanBundle.of(plan), denied_paths, now)
    station.setup(SimpleNamespace(address="tcp://other:1"))
    station.grader = "of another checkout"
    with pytest.raises(ConfigurationError, match="tcp://other:1: another grader or torch"):
        station.grade(Submission(member="ada"))

"""What the workflows may do: least rights, student code never beside something to steal."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.course.assignment import load_assignments

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))

RUNS_STUDENT_CODE = re.compile(r"grader ci grade|\.ci/run|pytest")

RIGHTS = {
    ("grade", "grade"): {"contents": "read"},
    ("publish", "publish"): {
        "actions": "read",
        "checks": "write",
        "contents": "read",
        "pull-requests": "write",
    },
    ("regrade", "plan"): {"contents": "read", "pull-requests": "read"},
    ("regrade", "grade"): {"contents": "read"},
    ("report", "report"): {
        "actions": "read",
        "contents": "read",
        "issues": "write",
        "pull-requests": "read",
    },
    ("ci", "check"): {"contents": "read"},
    ("ci", "elsewhere"): {"contents": "read"},
}


def workflows() -> dict[str, Any]:
    """All workflows by the name of their file."""
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    """All jobs: workflow, name, job."""
    return [(name, job, w["jobs"][job]) for name, w in workflows().items() for job in w["jobs"]]


def texts(job: dict[str, Any]) -> str:
    """Everything a job says, as text."""
    return yaml.safe_dump(job)


def test_rights_are_these() -> None:
    """Every job has exactly the rights of the design, and a workflow gives none by itself."""
    assert {(name, job): spec["permissions"] for name, job, spec in jobs()} == RIGHTS
    assert all(workflow["permissions"] == {} for workflow in workflows().values())


@pytest.mark.parametrize(("name", "job", "spec"), jobs(), ids=lambda value: str(value)[:20])
def test_student_code_is_alone(name: str, job: str, spec: dict[str, Any]) -> None:
    """A job that runs student code has no secret, no write right, no environment and no cache."""
    if not RUNS_STUDENT_CODE.search(texts(spec)):
        return
    assert "secrets." not in texts(spec)
    assert set(spec["permissions"].values()) == {"read"}
    assert "environment" not in spec
    assert "actions/cache" not in texts(spec)
    running = next(i for i, s in enumerate(spec["steps"]) if RUNS_STUDENT_CODE.search(str(s)))
    # The read token of the fetch is in no step that runs student code, nor in a later one.
    assert "github.token" not in str(spec["steps"][running:])


@pytest.mark.parametrize(("name", "job", "spec"), jobs(), ids=lambda value: str(value)[:20])
def test_rights_never_meet_student_bytes(name: str, job: str, spec: dict[str, Any]) -> None:
    """A job with a secret or a write right checks out no commit but the default branch's."""
    if "secrets." not in texts(spec) and "write" not in spec["permissions"].values():
        return
    assert not RUNS_STUDENT_CODE.search(texts(spec))
    assert "git fetch" not in texts(spec)
    for step in spec["steps"]:
        if "checkout" in step.get("uses", ""):
            assert set(step["with"]) == {"persist-credentials"}


@pytest.mark.parametrize(("name", "job", "spec"), jobs(), ids=lambda value: str(value)[:20])
def test_habits(name: str, job: str, spec: dict[str, Any]) -> None:
    """Actions are pinned by commit, no credentials stay, every job has a limit, no `${{` in run."""
    assert 0 < spec["timeout-minutes"] <= 360
    for step in spec["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize(("name", "job", "spec"), jobs(), ids=lambda value: str(value)[:20])
def test_what_is_installed_is_pinned_and_where_it_belongs(
    name: str, job: str, spec: dict[str, Any]
) -> None:
    """uv has a pin, so has what builds, and both go into the job's own Python, never another's."""
    for step in spec["steps"]:
        lines = step.get("run", "").replace("\\\n", " ").splitlines()
        for line in (line for line in lines if "pip install" in line):
            assert "constraint .ci/constraints.txt" in line
            if line.startswith("uv"):
                assert '--python "$python"' in line
                assert "--editable" not in line or "--build-constraint" in line
                assert "--system" not in line


def test_versions_stand_beside_the_pins() -> None:
    """Each pin names its version, and one action has one pin everywhere."""
    pins: dict[str, set[str]] = {}
    for file in FILES:
        for line in re.findall(r"uses: (.+)", file.read_text(encoding="utf-8")):
            match = re.fullmatch(r"(actions/[a-z-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", line)
            assert match, line
            pins.setdefault(match[1], set()).add(match[2])
    assert all(len(versions) == 1 for versions in pins.values())


def test_every_workflow_has_a_concurrency_group() -> None:
    """Runs that write do not run beside each other; no push cancels the grading of another."""
    groups = {name: workflow["concurrency"] for name, workflow in workflows().items()}
    assert "pull_request.head.sha" in groups["grade"]["group"]
    for name in ("publish", "regrade", "report"):
        assert groups[name]["group"] == name
    for name in ("grade", "publish", "regrade", "report"):
        assert groups[name]["cancel-in-progress"] is False


def test_grading_uses_the_base_branch_of_today() -> None:
    """A job run again checks out the branch, not the commit that was its head at the push."""
    steps = workflows()["grade"]["jobs"]["grade"]["steps"]
    [checkout] = [step for step in steps if "actions/checkout" in step.get("uses", "")]
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.ref }}"


def test_publishing_is_tried_again() -> None:
    """What a publisher has left is published by the next one, at the latest by the schedule's."""
    events = workflows()["publish"][True]
    assert events["workflow_run"]["workflows"] == ["grade", "regrade"]
    assert events["schedule"]


def test_ci_passes_over_solutions() -> None:
    """ci.yml is not started by a pull request that changes only the files students edit."""
    stubs = [
        f"assignments/{assignment.id}/{name}"
        for assignment in load_assignments(ROOT / "assignments")
        for name in assignment.files
    ]
    assert workflows()["ci"][True]["pull_request"]["paths-ignore"] == stubs

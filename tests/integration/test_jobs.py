"""A process of ours that dies while it grades costs one submission at most, and outlives nobody."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from killers import deadly_checks, lay_out
from probes import children, descendants, wait_until
from tether import tether

from grader.gradebook import Gradebook

CHECKOUT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
MEMBERS = ["ada", "bob", "eve", "kim", "zoe"]
PATIENCE = 300.0


def grader(cwd: Path, *words: str | Path) -> "subprocess.Popen[str]":
    """A started `grader grade --cohort` on `cohort` in `cwd`, softmax alone."""
    environment = {key: value for key, value in os.environ.items() if key != "GRADER_DATA"}
    environment |= {"PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.Popen(
        [*COMMAND, "grade", "cohort", "--cohort", "-a", "softmax", *map(str, words)], cwd=cwd,
        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=tether,
    )  # fmt: skip


def recorded(path: Path) -> list[str]:
    """The members of the attempts in a gradebook, each as often as it has one."""
    with Gradebook(path) as book:
        return sorted(entry.member for entry in book.entries())


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_submission_that_kills_its_host_is_given_up(tmp_path: Path, jobs: int) -> None:
    """It is tried twice, named, not recorded; the others are graded, on one core and on two."""
    log = tmp_path / "log"
    checks = deadly_checks(tmp_path / "checks", log)
    lay_out(tmp_path / "cohort", MEMBERS, "bob")
    run = grader(tmp_path, "--jobs", str(jobs), "--checks", checks)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, said
    assert log.read_text().split() == ["killed", "killed"]
    assert "bob: the process that graded it ended (SIGKILL); it is tried once more" in said
    assert "bob: the process that graded it ended 2 times (SIGKILL, SIGKILL)" in said
    assert said.rstrip().endswith("not recorded: bob")
    assert "Traceback" not in said
    assert recorded(tmp_path / "gradebook.sqlite") == [m for m in MEMBERS if m != "bob"]


@pytest.mark.parametrize("victim", ["job", "warm process"])
def test_a_killed_process_costs_nobody_anything(tmp_path: Path, victim: str) -> None:
    """After kill -9 of a job, or of its warm process, its submission is graded by another one."""
    lay_out(tmp_path / "cohort", MEMBERS, code="import time; time.sleep(0.3)")
    run = grader(tmp_path, "--jobs", "1")
    assert run.stderr is not None
    lines = []
    for line in run.stderr:
        lines.append(line)
        if "1/5" in line:
            break
    [job] = children(run.pid)
    [warm] = children(job)
    os.kill(job if victim == "job" else warm, signal.SIGKILL)
    said = "".join(lines) + run.communicate(timeout=PATIENCE)[1]
    assert run.returncode == 0, said
    assert "it is tried once more" in said
    assert recorded(tmp_path / "gradebook.sqlite") == MEMBERS
    assert wait_until(lambda: not {job, warm} & descendants(1))


def test_jobs_that_cannot_start_end_the_run(tmp_path: Path) -> None:
    """Where jobs die before they grade anything, no submission is blamed: one sentence, exit 1."""
    lay_out(tmp_path / "cohort", MEMBERS)
    checks = tmp_path / "checks"
    deadly_checks(checks, tmp_path / "log")
    with (checks / "softmax" / "test_softmax.py").open("a") as file:
        file.write("\n_os.kill(_os.getpid(), _signal.SIGKILL)\n")
    run = grader(tmp_path, "--jobs", "2", "--checks", checks)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, said
    assert "3 grading jobs in a row ended before they were ready (SIGKILL)" in said
    assert "Traceback" not in said
    assert recorded(tmp_path / "gradebook.sqlite") == []


def test_no_process_outlives_a_run_that_is_ended() -> None:
    """KILL, TERM, HUP and Ctrl-C at random moments leave no process, no file, no attempt twice."""
    script = CHECKOUT / "tests" / "benchmarks" / "kills.py"
    done = subprocess.run(
        [sys.executable, script, "--kills", "8", "--members", "20", "--patience", "30"],
        text=True, capture_output=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

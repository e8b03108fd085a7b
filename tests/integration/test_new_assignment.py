"""A new assignment: laid out by `grader new`, filled in as the page says; no engine touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course with its grader, to add assignments to."""
    copy = tmp_path_factory.mktemp("course")
    for name in ("assignments", "grader", "tests/specimens", ".github"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(CHECKOUT / name, copy / name, ignore=ignored)
    shutil.copy(CHECKOUT / "groups.yaml", copy)
    return copy


def grader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command of the copy's own grader says there."""
    return subprocess.run(
        [*COMMAND, *words], cwd=course, text=True, capture_output=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(course), "NO_COLOR": "1", "COLUMNS": "80"},
    )  # fmt: skip


def test_what_is_laid_out_is_sound_but_for_what_is_left_to_do(course: Path) -> None:
    """Stub 0, reference full, nothing to complain of but each `TODO (staff)`, at once."""
    made = grader(course, "new", "sigmoid_lab", "--task", "sigmoid:8", "--task", "fit:12.5")
    assert made.returncode == 0, made.stderr
    paths = [line for line in made.stdout.splitlines() if "/" in line]
    assert len(paths) == 10
    assert all((course / path).is_file() for path in paths)
    linted = grader(course, "lint", "sigmoid_lab")
    assert linted.returncode == 2
    assert all("TODO (staff): " in line for line in linted.stdout.splitlines())
    assert len(linted.stdout.splitlines()) == 19
    ruff = ["ruff", "check", "--config", str(CHECKOUT / "pyproject.toml"), "--no-cache"]
    code = [path for path in paths if path.endswith(".py")]
    formatted = ["ruff", "format", "--check", *ruff[2:]]
    for command in (ruff, formatted):
        subprocess.run([*command, *code], cwd=course, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["softmax", "--task", "f:1"], "assignments/softmax is there already; choose another id"),
        (["Sigmoid", "--task", "f:1"], '"Sigmoid" is no id of an assignment'),
        (["mine", "--task", "f"], "write a function's name and its points, such as sigmoid:8"),
        (["mine", "--task", "f:0.5"], "a task is worth at least one point"),
        (["mine", "--task", "f:1", "--task", "f:2"], "there is a task f already"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(course: Path, words: list[str], said: str) -> None:
    """One sentence, exit code 2, and nothing was written."""
    done = grader(course, "new", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (course / "assignments" / "mine").exists()

"""An instructor's own course: what they may edit is checked by `grader lint`, and by it alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]


def replaced(path: Path, *changes: tuple[str, str]) -> None:
    """Replace each first text, which is there, by the second."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one assignment with an instructor's own roster."""
    for name in ("assignments/softmax", ".github"):
        shutil.copytree(CHECKOUT / name, tmp_path / name)
    reference = Path("tests/specimens/softmax/passed/reference")
    shutil.copytree(CHECKOUT / reference, tmp_path / reference)
    table = "# Ours\n\n| 1 | [softmax](softmax/README.md) | softmax | 20 |\n"
    (tmp_path / "assignments" / "README.md").write_text(table)
    (tmp_path / "groups.yaml").write_text(
        "course: Ours\npolicy: {attempt: latest, missing: exclude}\npoints: 20\n"
        "signing_key: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
        "groups:\n  - {name: Z, members: [{name: Zoe, github: zoe}]}\n"
    )
    others = "cross_entropy", "training_loop", "iris", "mnist"
    github = tmp_path / ".github"
    replaced(
        github / "workflows" / "ci.yml",
        *((f"      - assignments/{one}/{one}.py\n", "") for one in others),
    )
    replaced(
        github / "ISSUE_TEMPLATE" / "lab-question.yml",
        *((f"        - {one}\n", "") for one in others),
    )
    return tmp_path


def lint(course: Path) -> subprocess.CompletedProcess[str]:
    """What `grader lint` says there."""
    return subprocess.run(
        [*COMMAND, "lint"], cwd=course, text=True, capture_output=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"},
    )  # fmt: skip


def test_an_edited_course_is_sound_until_its_points_are_changed_in_one_place(course: Path) -> None:
    """Other names, policy, key and assignments are no fault; points told twice must agree."""
    done = lint(course)
    assert (done.returncode, done.stdout) == (0, "1 assignment, no faults\n"), done.stderr
    replaced(course / "assignments/softmax/assignment.yaml", ("points: 12", "points: 13"))
    (course / "assignments/softmax/hints.md").unlink()
    done = lint(course)
    assert done.returncode == 2
    for said in (
        "add up to 21, but groups.yaml says points: 20",
        "the row of softmax must begin with 1 and end with 21",
        "hints.md: is missing",
        "softmax, task 1: its checks are worth 12 points, the task 13",
    ):
        assert said in done.stdout

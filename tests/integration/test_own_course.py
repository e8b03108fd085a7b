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


def lint(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `grader lint` says there."""
    return subprocess.run(
        [*COMMAND, "lint", *words], cwd=course, text=True, capture_output=True, timeout=300,
        check=False, env={**os.environ, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"},
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


def test_lint_of_a_name_looks_at_that_assignment_alone(course: Path) -> None:
    """Faults of the course and of others are left out; what staff left to do is listed."""
    other = course / "assignments" / "other"
    other.mkdir()
    (other / "assignment.yaml").write_text("titel: Other\n")
    replaced(course / "groups.yaml", ("points: 20", "points: 50"))
    done = lint(course, "softmax")
    assert (done.returncode, done.stdout) == (0, "1 assignment, no faults\n"), done.stderr
    handout = course / "assignments/softmax/README.md"
    replaced(handout, ("**Goal:**", "TODO (staff): say what for.\n**Goal:**"))
    done = lint(course, "softmax")
    assert done.returncode == 2
    assert done.stdout == f"{handout}, line 3: TODO (staff): say what for.\n"
    done = lint(course, "other")
    assert "other/assignment.yaml, line 1" in done.stdout
    assert "softmax" not in done.stdout
    assert 'there is no assignment "softmx"; did you mean' in lint(course, "softmx").stderr


def test_private_checks_are_linted_in_place_of_the_shipped(course: Path, tmp_path: Path) -> None:
    """Their points are counted, and a file that belongs to no assignment is refused."""
    private = tmp_path / "private"
    (private / "softmax").mkdir(parents=True)
    file = private / "softmax" / "test_softmax.py"
    shipped = CHECKOUT / "grader/hidden/softmax/test_softmax.py"
    file.write_text(f"{shipped.read_text()}\n# TODO (staff): one check more\n")
    replaced(file, ("points=0.5,", "points=0.75,"))
    done = lint(course, "--checks", str(private))
    assert done.returncode == 2
    assert "softmax, task 2: its checks are worth" in done.stdout
    assert "test_softmax.py, line " in done.stdout
    file.rename(file.with_name("test_sofmax.py"))
    done = lint(course, "softmax", "--checks", str(private))
    assert done.returncode == 2
    assert "holds none of test_softmax.py" in done.stderr

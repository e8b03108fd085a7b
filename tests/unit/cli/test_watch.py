"""`grader check --watch`: which saves it sees."""

from pathlib import Path

import pytest

from grader.cli.check import _saves
from grader.course.assignment import load_assignments

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout's assignments, as far as they are watched."""
    for name in ("softmax", "iris"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text("x = 1")
    return tmp_path


def test_a_save_during_a_check_is_checked_afterwards(folder: Path) -> None:
    """What is saved after the code was read, and before anybody asks, is not dropped."""
    known = [a for a in load_assignments(CHECKOUT / "assignments") if a.id in ("softmax", "iris")]
    saves = _saves(folder, known)
    (folder / "iris" / "iris.py").write_text("x = 2")  # while the first check goes on
    assert [one.id for one in next(saves)] == ["iris"]


def test_other_files_are_no_reason_to_check(folder: Path) -> None:
    """An editor's own files and a program's data are not what students hand in."""
    known = [a for a in load_assignments(CHECKOUT / "assignments") if a.id == "softmax"]
    saves = _saves(folder, known)
    (folder / "softmax" / ".softmax.py.swp").write_text("x")
    (folder / "softmax" / "model.pt").write_text("x")
    (folder / "softmax" / "softmax.py").write_text("x = 3")
    assert [one.id for one in next(saves)] == ["softmax"]

"""`grader check --watch`: which saves it sees."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

import grader.cli.check as command
from grader import grading
from grader.cli.check import _saves
from grader.course.assignment import Assignment, load_assignments
from grader.course.submission import Submission, read_submission

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


def test_saves_are_noted_before_the_code_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watching begins before the first reading: a save during the first check counts."""
    order: list[str] = []

    def saves(_: Path, chosen: list[Assignment]) -> Iterator[list[Assignment]]:
        order.append("watch")
        return iter([chosen])

    def read(folder: Path, known: list[Assignment], *, only: list[str]) -> Submission:
        order.append("read")
        return read_submission(folder, known, only=only)

    monkeypatch.setattr(command, "root", lambda: CHECKOUT)
    monkeypatch.setattr(command, "_saves", saves)
    monkeypatch.setattr(command, "read_submission", read)
    monkeypatch.setattr(command, "_own_sandbox", lambda _: nullcontext())
    monkeypatch.setattr(command, "_check", lambda *_: order.append("check"))
    monkeypatch.setattr(grading, "Grader", lambda *_, **__: None)
    command.check(["softmax"], watch=True)
    assert order == ["watch", "read", "check", "read", "check"]

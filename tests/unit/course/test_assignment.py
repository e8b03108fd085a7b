"""Assignments: `assignment.yaml` and what it may say."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grader.course.assignment import Limits, Task, load_assignment, load_assignments
from grader.errors import ConfigurationError

SOFTMAX = """\
title: Softmax
order: 1
files:
  softmax.py: [softmax, Softmax]
tasks:
  - {number: 1, title: Softmax by hand, points: 12}
  - {number: 2, title: The Softmax module, points: 8}
limits: {seconds: 20, memory: 1024}
forbidden:
  1: [softmax, log_softmax]
data: null
due: null
"""


def write(folder: Path, content: str = SOFTMAX) -> Path:
    """An assignment folder."""
    folder.mkdir()
    (folder / "assignment.yaml").write_text(content)
    return folder


def test_load_assignment(tmp_path: Path) -> None:
    """Every key arrives as a typed value; the id is the folder's name."""
    folder = write(tmp_path / "softmax")
    assignment = load_assignment(folder)
    assert (assignment.id, assignment.folder) == ("softmax", folder)
    assert assignment.files == {"softmax.py": ("softmax", "Softmax")}
    assert assignment.tasks[1] == Task(number=2, title="The Softmax module", points=8)
    assert assignment.limits == Limits(seconds=20, memory=1024)
    assert assignment.forbidden == {1: ("softmax", "log_softmax")}
    assert (assignment.data, assignment.due, assignment.points) == (None, None, 20)


@pytest.mark.parametrize(
    ("due", "hour"),
    [
        ("2026-12-01T18:00:00+09:00", (1, 9, 0)),
        ("2026-12-01T18:00+09:00", (1, 9, 0)),
        ("2026-12-01 18:00 +09:00", (1, 9, 0)),
        ("2026-12-01T18:00Z", (1, 18, 0)),
        ("2026-12-01 18:00", (1, 17, 0)),
        ("2026-12-01T18:00:00", (1, 17, 0)),
        ('"2026-12-01 18:00"', (1, 17, 0)),
        ("2026-11-30", (30, 23, 0)),
    ],
)
def test_forms_of_due(tmp_path: Path, due: str, hour: tuple[int, int, int]) -> None:
    """Without a zone a time is one of the course's; a plain date means the end of that day."""
    file = SOFTMAX.replace("due: null", f"due: {due}")
    day, *clock = hour
    expected = datetime(2026, 11 if day == 30 else 12, day, *clock, tzinfo=UTC)
    assert (
        load_assignment(write(tmp_path / "a", file)).due_in(ZoneInfo("Europe/Berlin")) == expected
    )


@pytest.mark.parametrize(
    ("due", "message"),
    [
        ("30.11.2026", r'line 12: due: "30.11.2026" is not a date; write it as 2026-11-30, '),
        ("2026-11-30 25:00", r'line 12: due: "2026-11-30 25:00" is not a date: hour must be in'),
        ("2026-13-45", 'line 12: due: "2026-13-45" is not a date: month must be in'),
        ("[1]", "line 12: due: .* is not a date; write it as"),
        ("2026", r"2026-11-30, 2026-11-30 23:59 or 2026-11-30T23:59\+09:00$"),
    ],
)
def test_a_bad_due_stops_only_who_asks(tmp_path: Path, due: str, message: str) -> None:
    """A due date that is none is refused where it is needed, and hinders nothing else."""
    file = SOFTMAX.replace("due: null", f"due: {due}")
    assignment = load_assignment(write(tmp_path / "softmax", file))
    assert assignment.points == 20
    with pytest.raises(ConfigurationError, match=message):
        assignment.due_in(UTC)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("number: 2", "number: 3", "line 7: task 3 must have number 2"),
        ("  1: [soft", "  3: [soft", "line 10: there is no task 3; the tasks are 1 to 2"),
        ("[softmax, log", "[F.softmax, log", 'line 10: "F.softmax" is not the plain name'),
        ("points: 8", "points: 0", 'line 7: "points" should be greater than 0'),
        ("points: 8", "points: .nan", 'line 7: "points" should be'),
        ("seconds: 20", "seconds: -1", 'line 8: "seconds" should be greater than 0'),
        ("20,", "20, total: 19,", "line 8: the total is less than the 20 seconds of a single"),
        ("20,", "20, total: 0,", 'line 8: "total" should be greater than 0'),
        ("memory: 1024", "memory: 1.5", 'line 8: "memory" should be a valid integer'),
        ("[softmax, Softmax]", "[]", "line 4: softmax.py must define at least one name"),
        ("Softmax]", "softmax]", 'line 4: "softmax" is already defined by softmax.py'),
        ("  softmax.py", "  ../softmax.py", "line 4: .* is not a plain Python file name"),
        ("data: null", "data: 3", 'line 11: "data" is 3; write {file: table.csv'),
        ("  softmax.py: [softmax, Softmax]", "  {}", "line 3: there is no file"),
        ("order: 1\n", "", 'line 1: "order" is missing'),
        ("order: 1", "id: softmax\norder: 1", 'line 2: unknown key "id"'),
        ("limits:", "limit:", 'line 8: unknown key "limit"; did you mean "limits"?'),
    ],
)
def test_faulty_assignment(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Each mistake is named with its line."""
    assert old in SOFTMAX
    with pytest.raises(ConfigurationError, match=message):
        load_assignment(write(tmp_path / "softmax", SOFTMAX.replace(old, new, 1)))


@pytest.mark.parametrize(("seconds", "total"), [(20, 300), (30, 300), (60, 600), (300, 3000)])
def test_the_total_is_more_than_honest_work_takes(seconds: float, total: float) -> None:
    """Without `total`, all requests together have ten requests' time, and at least five minutes."""
    assert Limits(seconds=seconds, memory=1).total_seconds == total
    assert Limits(seconds=seconds, total=350, memory=1).total_seconds == 350


def test_folder_name_is_an_id(tmp_path: Path) -> None:
    """A folder whose name cannot be an id is refused."""
    with pytest.raises(ConfigurationError, match="lower-case letters"):
        load_assignment(write(tmp_path / "Soft Max"))


def test_load_assignments_in_order(tmp_path: Path) -> None:
    """Assignments come in the order they state; folders without an assignment are passed over."""
    write(tmp_path / "b")
    write(tmp_path / "a", SOFTMAX.replace("order: 1", "order: 2"))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "README.md").touch()
    assert [assignment.id for assignment in load_assignments(tmp_path)] == ["b", "a"]


def test_two_assignments_with_one_order(tmp_path: Path) -> None:
    """Two assignments cannot have the same place."""
    write(tmp_path / "a")
    write(tmp_path / "b")
    with pytest.raises(ConfigurationError, match=r"b.assignment.yaml: order 1 is already taken"):
        load_assignments(tmp_path)


def test_no_assignments(tmp_path: Path) -> None:
    """A folder without assignments, or none at all, is a configuration error."""
    with pytest.raises(ConfigurationError, match="holds no assignment"):
        load_assignments(tmp_path)
    with pytest.raises(ConfigurationError, match="is not a folder"):
        load_assignments(tmp_path / "none")

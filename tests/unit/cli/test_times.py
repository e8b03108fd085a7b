"""`--submitted-at`: whose time is whose."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.cli.times import with_times
from grader.course.submission import Submission
from grader.errors import ConfigurationError

ROSTER = """\
course: c
timezone: Asia/Seoul
groups:
  - {name: A, members: [{name: Ada, github: ada2, formerly: [ada-l]}, {name: Bob}, {name: Cy}]}
"""
MOMENT = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory: a checkout with a roster."""
    (tmp_path / "assignments").mkdir()
    (tmp_path / "groups.yaml").write_text(ROSTER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def times(names: list[str], written: str) -> list[datetime | None]:
    """When the submissions in folders of these names were handed in."""
    found = with_times([Submission(member=name) for name in names], names, written)
    return [one.submitted_at for one in found]


def test_one_time_for_all(course: Path) -> None:
    """A time is everybody's; without a zone it is one of the course's."""
    for written in ("2026-11-30 23:59", "2026-11-30T14:59Z"):
        assert times(["Bob", "x"], written) == [MOMENT, MOMENT]


def test_a_file_of_times(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Folder and file may call a member by name, login or former login; who is left is named."""
    (course / "t.yaml").write_text("ADA-L: 2026-11-30 23:59\nzoe: 2026-11-30 23:59\n")
    assert times(["Ada", "Bob"], "t.yaml") == [MOMENT, None]
    said = " ".join(capsys.readouterr().err.split())
    assert "t.yaml has no time for Bob: nothing of theirs is late" in said
    assert "t.yaml has a time for zoe, of whom there is no folder" in said


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("soon", '--submitted-at: "soon" is not a date; write .* or name a .csv or .yaml file'),
        ("2026-11-30", '--submitted-at: "2026-11-30" has no time of day; write it as 2026-11-30 2'),
        ("none.csv", "none.csv does not exist"),
        ("t.yaml", 't.yaml: "ada2" and "Ada" are one member; remove one'),
    ],
)
def test_faulty_times(course: Path, written: str, message: str) -> None:
    """What is neither a time nor a file, and one member twice, is refused with what to do."""
    (course / "t.yaml").write_text("ada2: 2026-11-30 23:59\nAda: 2026-11-30 23:58\n")
    with pytest.raises(ConfigurationError, match=message):
        times(["Bob"], written)

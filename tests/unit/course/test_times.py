"""Times of submission as staff write them down."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grader.course.times import read_times
from grader.errors import ConfigurationError

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.yaml", "ada: 2026-11-30 23:59\n강 건: 2026-11-30T14:59:00Z\nbob: null\n"),
        ("t.csv", "member,submitted_at\nada,2026-11-30 23:59\n강 건,2026-11-30T14:59Z\nbob,\n"),
        ("t.csv", "\ufeffSubmitted_at;x;Member\r\n2026-11-30T23:59+09:00;;ada\r\n\r\n"
                  "2026-11-30 23:59;;강 건\r\n"),
        ("t.csv", "member,submitted_at\rada,2026-11-30 23:59:00\r강 건,2026-11-30 23:59\r"),
    ],
)  # fmt: skip
def test_files_of_times(tmp_path: Path, name: str, text: str) -> None:
    """A mapping in YAML or two columns of a CSV; without a zone a time is one of the course's."""
    (tmp_path / name).write_bytes(text.encode())
    moment = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
    assert read_times(tmp_path / name, SEOUL) == {"ada": moment, "강 건": moment}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.csv", "ada,2026-11-30 23:59\n", "line 1: it must name the columns member and submi"),
        ("t.csv", "", "line 1: it must name the columns"),
        ("t.csv", "member,submitted_at\n\nada,soon\n", 'line 3: ada: "soon" is not a date; write'),
        ("t.csv", "member,submitted_at\n,2026-11-30 23:59\n", "line 2: the member is missing"),
        (
            "t.csv",
            "member,submitted_at\nada,2026-11-30 23:59\nada,2026-11-30 23:59\n",
            'line 3: a second time for "ada"',
        ),
        ("t.csv", "member,submitted_at\nada,2026-11-30\n", 'ada: "2026-11-30" has no time of day'),
        (
            "t.yaml",
            "ada: 2026-11-30\n",
            'line 1: ada: "2026-11-30" has no time of day; write it as',
        ),
        ("t.yaml", "ada: [1]\n", "line 1: ada: .* is not a date"),
        ("t.yaml", "- ada\n", "line 1: not a mapping"),
        ("none.csv", None, "does not exist"),
    ],
)
def test_faulty_files_of_times(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    """Each mistake is named with its line, and how to write it."""
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        read_times(tmp_path / name, SEOUL)

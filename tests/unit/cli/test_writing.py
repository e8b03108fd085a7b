"""Files that are written whole or not at all, and errors of the system as sentences."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli.common import write
from grader.errors import ConfigurationError, GradebookError, naming


def test_lines_that_end_early_leave_the_old_file(tmp_path: Path) -> None:
    """Where the source of the lines fails, the file is as it was, and nothing lies beside it."""

    def lines() -> Iterator[str]:
        yield "new\n"
        raise GradebookError("damaged")

    path = tmp_path / "book.jsonl"
    path.write_text("old\n", encoding="utf-8")
    with pytest.raises(GradebookError):
        write(path, lines())
    assert path.read_text(encoding="utf-8") == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_check_refuses_is_not_put_in_place(tmp_path: Path) -> None:
    """`check` reads the new text before it takes the place of the old."""

    def check(draft: Path) -> None:
        raise ConfigurationError(draft.read_text(encoding="utf-8"))

    path = tmp_path / "groups.yaml"
    with pytest.raises(ConfigurationError, match="new"):
        write(path, "new", check=check)
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_system_names_the_file(tmp_path: Path) -> None:
    """One sentence: the file, what cannot be done, and why."""
    with pytest.raises(ConfigurationError, match=r"none does not exist$"), naming("none"):
        (tmp_path / "none").read_text()
    with (
        pytest.raises(ConfigurationError, match="x cannot be written: Is a dir"),
        naming("x", "written"),
    ):
        tmp_path.write_text("")

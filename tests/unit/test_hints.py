"""Hints: read from hints.md, shown one step further at each call."""

from pathlib import Path

import pytest

from grader.errors import ConfigurationError
from grader.hints import Ladder, read_hints

TEXT = """# Hints

## Task 1: A

1. Why?
   It goes on here.
2. A concept.

## Task 2: B

1. Only one.
"""


def test_hints_are_read_by_task_and_step(tmp_path: Path) -> None:
    """Headings name tasks, numbers the steps; a step keeps its lines together."""
    (tmp_path / "hints.md").write_text(TEXT, encoding="utf-8")
    assert read_hints(tmp_path) == {
        1: ["Why?\n   It goes on here.", "A concept."],
        2: ["Only one."],
    }


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without hints.md the error names it."""
    with pytest.raises(ConfigurationError, match=r"hints\.md"):
        read_hints(tmp_path)


def test_each_call_climbs_one_step_and_the_top_stays(tmp_path: Path) -> None:
    """The ladder remembers across calls, for each task by itself."""
    path = tmp_path / "state" / "hints.json"
    assert Ladder(path).next("a", 1, ["x", "y"]) == (1, "x")
    assert Ladder(path).next("a", 1, ["x", "y"]) == (2, "y")
    assert Ladder(path).next("a", 1, ["x", "y"]) == (2, "y")
    assert Ladder(path).next("a", 2, ["z"]) == (1, "z")
    assert Ladder(path).next("b", 1, ["w"]) == (1, "w")


def test_without_a_task_the_first_with_hints_left_is_climbed(tmp_path: Path) -> None:
    """When all hints of a task are known, the next task's turn has come."""
    ladder = Ladder(tmp_path / "hints.json")
    hints = {1: ["x"], 2: ["y"]}
    assert ladder.task_to_climb("a", hints) == 1
    ladder.next("a", 1, hints[1])
    assert ladder.task_to_climb("a", hints) == 2
    ladder.next("a", 2, hints[2])
    assert ladder.task_to_climb("a", hints) == 2


@pytest.mark.parametrize("spoilt", ["", "[1, 2]", '{"a.1": "x"}', "\x00"])
def test_a_spoilt_file_starts_the_ladder_anew(tmp_path: Path, spoilt: str) -> None:
    """Whatever the small file holds, a hint is shown."""
    path = tmp_path / "hints.json"
    path.write_text(spoilt, encoding="utf-8")
    assert Ladder(path).next("a", 1, ["x", "y"]) == (1, "x")

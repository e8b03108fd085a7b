"""The ladder of hints of a task: a question, then a concept, then a small analogous example."""

import json
import re
from pathlib import Path

from grader.errors import naming

_TASK = re.compile(r"^## Task (\d+)\b.*$", re.MULTILINE)
_STEP = re.compile(r"^\d+\. ", re.MULTILINE)


def read_hints(folder: Path) -> dict[int, list[str]]:
    """The hints of each task in an assignment's `hints.md`, mildest first."""
    path = folder / "hints.md"
    with naming(path):
        text = path.read_text(encoding="utf-8")
    parts = _TASK.split(text)[1:]
    return {
        int(task): [step.strip() for step in _STEP.split(body)[1:]]
        for task, body in zip(parts[::2], parts[1::2], strict=True)
    }


class Ladder:
    """Which hints a student has seen, kept in a small file in their checkout."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def next(self, assignment: str, task: int, hints: list[str]) -> tuple[int, str]:
        """The number (from 1) and text of the next hint; the last one again at the top."""
        seen = self._read()
        key = f"{assignment}.{task}"
        step = min(seen.get(key, 0) + 1, len(hints))
        seen[key] = step
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(seen, indent=1), encoding="utf-8")
        return step, hints[step - 1]

    def task_to_climb(self, assignment: str, hints: dict[int, list[str]]) -> int:
        """The first task that has hints not yet shown; the last task when all are shown."""
        seen = self._read()
        for task, steps in sorted(hints.items()):
            if seen.get(f"{assignment}.{task}", 0) < len(steps):
                return task
        return max(hints)

    def _read(self) -> dict[str, int]:
        try:
            seen = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # nothing seen yet, or a spoilt file: the ladder starts at its foot
        if not isinstance(seen, dict):
            return {}
        return {key: step for key, step in seen.items() if isinstance(step, int)}

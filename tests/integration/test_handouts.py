"""The examples in the handouts are true: each gives what it shows, with the reference solution."""

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from grader.course.assignment import Assignment, load_assignments

CHECKOUT = Path(__file__).parents[2]
ASSIGNMENTS = load_assignments(CHECKOUT / "assignments")
BLOCK = re.compile(r"```python\n(>>> .*?)```", re.DOTALL)


def handout_of(assignment: Assignment) -> str:
    """What students read."""
    return (assignment.folder / "README.md").read_text(encoding="utf-8")


def examples_in(text: str) -> str:
    """`text` with every line blank that is no example: the others keep their line numbers."""
    kept = [""] * len(text.splitlines())
    for block in BLOCK.finditer(text):
        lines = block[1].splitlines()
        first = text.count("\n", 0, block.start(1))
        kept[first : first + len(lines)] = lines
    return "\n".join(kept) + "\n"


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory whose modules can be imported, and are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for assignment in ASSIGNMENTS:
        for file in assignment.files:
            # Set before deleted, so that what the example imports is removed at the end.
            monkeypatch.setitem(sys.modules, Path(file).stem, None)
            del sys.modules[Path(file).stem]
    return tmp_path


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_the_examples_of_a_handout_give_what_they_show(
    assignment: Assignment, workdir: Path
) -> None:
    """With the reference solution beside it, every `>>>` line prints what the handout says."""
    reference = CHECKOUT / "tests" / "specimens" / assignment.id / "passed" / "reference"
    for file in assignment.files:
        shutil.copy(reference / file, workdir)
    for table in assignment.folder.glob("*.csv"):
        shutil.copy(table, workdir)
    torch.set_printoptions(profile="default")
    path = assignment.folder / "README.md"
    examples = doctest.DocTestParser().get_doctest(
        examples_in(handout_of(assignment)), {}, assignment.id, str(path), 0
    )
    said: list[str] = []
    with torch.random.fork_rng():
        torch.manual_seed(0)
        result = doctest.DocTestRunner().run(examples, out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_every_task_has_an_example(assignment: Assignment) -> None:
    """Under the heading of each task of a handout stands at least one example that can be run."""
    sections = re.split(r"^## ", handout_of(assignment), flags=re.MULTILINE)
    for task in assignment.tasks:
        [section] = [s for s in sections if s.startswith(f"Task {task.number}:")]
        assert BLOCK.search(section), f"{assignment.id}, task {task.number}"


@pytest.mark.parametrize("name", ["iris", "mnist"])
def test_a_stub_of_a_training_runs_by_itself(name: str) -> None:
    """`python iris.py` reaches the first hole, so that students see their own program run."""
    folder = CHECKOUT / "assignments" / name
    done = subprocess.run(
        [sys.executable, f"{name}.py"], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 1
    assert 'NotImplementedError("task 1' in done.stderr

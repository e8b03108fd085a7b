"""Which tasks of a file on the default branch are no stubs any more."""

from grader.github.course_state import solved_tasks
from tests.github.course import ROOT, assignments


def test_shipped_stubs_and_reference_solutions() -> None:
    """No task of a stub is taken for solved, and every task of a reference solution is."""
    for assignment in assignments():
        tasks = [task.number for task in assignment.tasks]
        for name in assignment.files:
            stub = (ROOT / "assignments" / assignment.id / name).read_text(encoding="utf-8")
            assert solved_tasks(stub, tasks) == []
            folder = ROOT / "tests/specimens" / assignment.id / "passed/reference"
            assert solved_tasks((folder / name).read_text(encoding="utf-8"), tasks) == tasks


def test_one_task_of_several() -> None:
    """A task that was solved in part is named, though its comment was left there."""
    text = "# TODO (task 1): a\n# b\nraise NotImplementedError\n# TODO (task 2): c\nreturn 1\n"
    assert solved_tasks(text, [1, 2]) == [2]

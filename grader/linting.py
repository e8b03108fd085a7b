"""`grader lint`: is the teaching material sound?

A stub scores 0 with nothing but `not_implemented`, the reference solution scores full; each task
has its TODO, its heading in the handout, its three hints and a public check; the points of the
checks add up to the points of the task; nothing stray lies in an assignment's folder.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.amounts import points, total
from grader.course.assignment import Assignment
from grader.errors import ConfigurationError
from grader.hints import read_hints
from grader.result import AssignmentResult, SubmissionResult, Verdict

TOTAL = 100
HINTS_PER_TASK = 3
_MATERIAL = {"README.md", "assignment.yaml", "hints.md", "test_public.py"}


def lint_course(assignments: Sequence[Assignment]) -> Iterator[str]:
    """Faults over all assignments together."""
    worth = total(task.points for a in assignments for task in a.tasks)
    if worth != TOTAL:
        yield f"the points of all assignments add up to {points(worth)}, not {TOTAL}"


def lint_results(
    assignments: Sequence[Assignment], stubs: SubmissionResult, references: SubmissionResult
) -> Iterator[str]:
    """Faults that show when the untouched stubs and the reference solutions are graded."""
    for assignment, graded in zip(assignments, stubs.assignments, strict=True):
        yield from _lint_points(assignment, graded)
    yield from _lint_stub_result(stubs)
    yield from _lint_reference_result(references)


def lint_material(assignment: Assignment) -> Iterator[str]:
    """Faults in the files of one assignment, each a sentence that names the file."""
    folder = assignment.folder
    expected = _MATERIAL | set(assignment.files)
    if assignment.data == "iris":
        expected = expected | {"Iris.csv"}
    present = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
    for name in sorted(expected - present):
        yield f"{folder / name}: is missing"
    for name in sorted(present - expected):
        yield f"{folder / name}: stray file; an assignment holds {', '.join(sorted(expected))}"
    if not expected - present:
        yield from _lint_handout(assignment, (folder / "README.md").read_text(encoding="utf-8"))
        yield from _lint_hints(assignment)
        for name in assignment.files:
            yield from _lint_stub(assignment, folder / name)


def _lint_points(assignment: Assignment, graded: AssignmentResult) -> Iterator[str]:
    """Faults in the checks as they were collected: points, public checks, names."""
    for task in assignment.tasks:
        checks = [check for check in graded.checks if check.task == task.number]
        worth = total(check.points for check in checks)
        where = f"{assignment.id}, task {task.number}"
        if worth != task.points:
            wanted = points(task.points)
            yield f"{where}: its checks are worth {points(worth)} points, the task {wanted}"
        if not any(check.visibility == "public" for check in checks):
            yield f"{where}: has no public check"
        for check in checks:
            if not check.title:
                yield f"{check.id}: has no title"
    numbers = {task.number for task in assignment.tasks}
    for check in graded.checks:
        if check.task not in numbers:
            yield f"{check.id}: there is no task {check.task}"


def _lint_stub_result(result: SubmissionResult) -> Iterator[str]:
    """Faults when the untouched stubs are graded."""
    for assignment in result.assignments:
        for check in assignment.checks:
            if check.verdict is not Verdict.NOT_IMPLEMENTED:
                yield f"{check.id}: the stub gives {check.verdict}, not not_implemented"


def _lint_reference_result(result: SubmissionResult) -> Iterator[str]:
    """Faults when the reference solutions are graded."""
    for assignment in result.assignments:
        for check in assignment.checks:
            if check.verdict is not Verdict.PASSED:
                got = check.feedback.got if check.feedback else ""
                yield f"{check.id}: the reference solution gives {check.verdict}: {got}"


def _lint_handout(assignment: Assignment, text: str) -> Iterator[str]:
    for task in assignment.tasks:
        heading = f"## Task {task.number}: {task.title} ({points(task.points)} points)"
        if heading not in text:
            yield f"{assignment.folder / 'README.md'}: has no heading “{heading}”"


def _lint_hints(assignment: Assignment) -> Iterator[str]:
    path = assignment.folder / "hints.md"
    try:
        hints = read_hints(assignment.folder)
    except ConfigurationError as error:
        yield str(error)
        return
    for task in assignment.tasks:
        found = len(hints.get(task.number, []))
        if found != HINTS_PER_TASK:
            yield f"{path}: task {task.number} has {found} hints, not {HINTS_PER_TASK}"
    for number in sorted(hints.keys() - {task.number for task in assignment.tasks}):
        yield f"{path}: there is no task {number}"


def _lint_stub(assignment: Assignment, path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for task in assignment.tasks:
        if not re.search(rf"# TODO \(task {task.number}\): \S", text):
            yield f"{path}: has no `# TODO (task {task.number}): …`"
        if f'NotImplementedError("task {task.number}' not in text:
            yield f"{path}: no NotImplementedError names task {task.number}"
    if re.search(r"^\s+pass$", text, re.MULTILINE):
        yield f"{path}: a hole is `pass`; it has to raise NotImplementedError"

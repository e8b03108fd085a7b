"""`grader lint`: is the teaching material sound?

A stub scores 0 with nothing but `not_implemented`, the reference solution scores full; each task
has its TODO, its heading in the handout, its three hints and a public check; the points of the
checks add up to the points of the task; nothing stray lies in an assignment's folder.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from pathlib import Path

from grader.amounts import points, total
from grader.checking.collection import collect, point_faults
from grader.course.assignment import Assignment
from grader.errors import ConfigurationError
from grader.hints import read_hints
from grader.plan import Plan
from grader.result import TOLERANCE, AssignmentResult, SubmissionResult, Verdict

HINTS_PER_TASK = 3
UNFINISHED = "TODO (staff): "
"""Begins what `grader new` leaves to be written; students' holes are `TODO (task N)`."""

_MATERIAL = {"README.md", "assignment.yaml", "hints.md", "test_public.py"}


def lint_course(
    assignments: Sequence[Assignment], course_points: float | None, checkout: Path
) -> Iterator[str]:
    """Faults over all assignments together, and where else in the checkout they are listed.

    `course_points` is what the course says that they are worth, None where it says nothing.
    """
    worth = total(assignment.points for assignment in assignments)
    if course_points is not None and abs(worth - course_points) > TOLERANCE:
        yield (
            f"the points of all assignments add up to {points(worth)}, but groups.yaml says "
            f"points: {points(course_points)}"
        )
    files = {f"assignments/{a.id}/{name}" for a in assignments for name in a.files}
    ci = checkout / ".github" / "workflows" / "ci.yml"
    yield from _lint_list(ci, r"^ +- (assignments/\S+)$", files, "paths-ignore")
    form = checkout / ".github" / "ISSUE_TEMPLATE" / "lab-question.yml"
    options = r"^ +- ([a-z][a-z0-9_]*)$"
    yield from _lint_list(form, options, {a.id for a in assignments}, "the options")
    yield from _lint_table(assignments, checkout / "assignments" / "README.md")


def _lint_list(path: Path, item: str, expected: set[str], where: str) -> Iterator[str]:
    """Where a file lists what belongs to the assignments, it lists all of it and no more."""
    if path.is_file():
        present = set(re.findall(item, path.read_text(encoding="utf-8"), re.MULTILINE))
        for name in sorted(expected - present):
            yield f"{path}: {name} is missing in {where}"
        for name in sorted(present - expected):
            yield f"{path}: {name} in {where} belongs to no assignment"


def _lint_table(assignments: Sequence[Assignment], path: Path) -> Iterator[str]:
    """The table of assignments has a row for each, with its place and its points."""
    if not path.is_file():
        return
    rows = re.findall(
        r"^\| (\S+) \| \[(\w+)\]\(\w+/README\.md\) \|.*\| (\S+) \|$",
        path.read_text(encoding="utf-8"), re.MULTILINE,
    )  # fmt: skip
    expected = {a.id: (f"{n}", points(a.points)) for n, a in enumerate(assignments, 1)}
    found = {name: (place, worth) for place, name, worth in rows}
    for name, (place, worth) in expected.items():
        if name not in found:
            yield f"{path}: the table has no row for {name}"
        elif found[name] != (place, worth):
            yield f"{path}: the row of {name} must begin with {place} and end with {worth}"
    for name in sorted(found.keys() - expected.keys()):
        yield f"{path}: the table has a row for {name}, which is no assignment"


def lint_checks(plan: Plan) -> tuple[list[Assignment], list[str]]:
    """The assignments of a plan as their checks are, so that they can be graded, and the faults.

    A task is taken to be worth what its checks are: the difference is a fault of its own.
    """
    sound, faults = [], []
    for assignment in plan.assignments:
        try:
            checks = collect(assignment, plan.checks)
        except ConfigurationError as error:
            faults.append(str(error))
            continue
        worths = [(one.declaration.task, one.declaration.points) for one in checks]
        faults += point_faults(assignment, worths)
        sums = {task.number: 0.0 for task in assignment.tasks}
        if {number for number, _ in worths} <= sums.keys():
            for number, worth in worths:
                sums[number] += worth
            tasks = tuple(
                task.model_copy(update={"points": sums[task.number]}) for task in assignment.tasks
            )
            sound.append(assignment.model_copy(update={"tasks": tasks}))
    return sound, faults


def lint_results(
    assignments: Sequence[Assignment], stubs: SubmissionResult, references: SubmissionResult
) -> Iterator[str]:
    """Faults that show when the untouched stubs and the reference solutions are graded."""
    for assignment, graded in zip(assignments, stubs.assignments, strict=True):
        yield from _lint_checks(assignment, graded)
    yield from _lint_stub_result(stubs)
    yield from _lint_reference_result(references)


def lint_material(assignment: Assignment) -> Iterator[str]:
    """Faults in the files of one assignment, each a sentence that names the file."""
    folder = assignment.folder
    try:
        assignment.due_in(UTC)
    except ConfigurationError as error:
        yield str(error)
    expected = _MATERIAL | set(assignment.files) | assignment.tables
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


def lint_unfinished(folders: Iterable[Path]) -> Iterator[str]:
    """What is left to do for staff: each `TODO (staff): …` in these folders, with its line."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".md", ".py", ".yaml"}:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                for number, line in enumerate(lines, 1):
                    if (mark := line.find(UNFINISHED)) >= 0:
                        text = line[mark:].removesuffix(" -->").rstrip('",')
                        yield f"{path}, line {number}: {text}"


def _lint_checks(assignment: Assignment, graded: AssignmentResult) -> Iterator[str]:
    """Faults in the checks as they were graded: public checks, names."""
    for task in assignment.tasks:
        checks = [check for check in graded.checks if check.task == task.number]
        if not any(check.visibility == "public" for check in checks):
            yield f"{assignment.id}, task {task.number}: has no public check"
        for check in checks:
            if not check.title:
                yield f"{check.id}: has no title"


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

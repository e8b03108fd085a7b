"""`grader hint`, `grader lint`, `grader doctor`: the teaching material and this machine."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted
from grader.cli.bulk import Backend, grade_and_record
from grader.cli.common import course_roster, data, denied_paths, new_secret, out, pick, root
from grader.course.assignment import Assignment, load_assignments, load_sound_assignments
from grader.course.submission import Submission, read_submission
from grader.errors import ConfigurationError

app = typer.Typer()


@app.command()
def hint(
    assignment: Annotated[str, typer.Argument(help="An assignment, such as softmax.")],
    task: Annotated[int | None, typer.Argument(help="The number of a task.")] = None,
) -> None:
    """Show the next hint of a task; each call goes one step further."""
    from rich.markdown import Markdown

    from grader.hints import Ladder, read_hints

    checkout = root()
    [found] = pick(load_assignments(checkout / "assignments"), [assignment])
    hints = read_hints(found.folder)
    ladder = Ladder(checkout / ".grader" / "hints.json")
    number = task or ladder.task_to_climb(found.id, hints)
    if number not in hints:
        tasks = ", ".join(str(t.number) for t in found.tasks)
        raise ConfigurationError(f"{found.id} has no task {number}; its tasks are {tasks}")
    step, text = ladder.next(found.id, number, hints[number])
    out.print(f"[bold]{found.id}, task {number}: hint {step} of {len(hints[number])}[/bold]")
    out.print(Markdown(text))


@app.command()
def lint() -> None:
    """Check the teaching material: stubs, references, points, hints."""
    from grader.grading import HIDDEN, Plan
    from grader.linting import lint_checks, lint_course, lint_material, lint_results

    checkout = root()
    assignments, faults = load_sound_assignments(checkout / "assignments")
    roster = course_roster()
    faults += lint_course(assignments, roster.points if roster else None, checkout)
    for assignment in assignments:
        faults += lint_material(assignment)
    plan = Plan(assignments, HIDDEN, new_secret(), data())
    sound, of_checks = lint_checks(plan)
    faults += of_checks
    specimens = checkout / "tests" / "specimens"
    for assignment in list(sound):
        missing = _missing_references(specimens, assignment)
        faults += [f"{path}: there is no reference solution" for path in missing]
        if missing or not all((assignment.folder / name).is_file() for name in assignment.files):
            sound.remove(assignment)
    if sound:
        plan = replace(plan, assignments=sound)
        stubs = read_submission(checkout / "assignments", sound, member="stubs")
        references = _references(specimens, sound)
        faults += lint_results(sound, *grade_and_record([stubs, references], plan, Backend()))
    for fault in faults:
        out.print(fault, highlight=False, markup=False, soft_wrap=True)
    if faults:
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ConfigurationError(f"the teaching material has {count}")
    out.print(f"{counted(len(assignments), 'assignment')}, no faults")


@app.command()
def doctor(
    download: Annotated[
        bool, typer.Option("--download", help="First fetch MNIST into the folder GRADER_DATA.")
    ] = False,
) -> None:
    """Check this machine: sandbox, torch pair, data."""
    from grader.doctor import examine

    if download:
        from grader.checking.datasets import download_mnist

        folder = data()
        if folder is None:
            raise ConfigurationError("set GRADER_DATA to the folder that MNIST is to be put in")
        download_mnist(folder)
    good = True
    for finding in examine(data(), denied_paths()):
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "·"}[finding.good]
        out.print(f"{mark} {finding.what:8} {finding.text}", highlight=False)
        good = good and finding.good is not False
    if not good:
        raise ConfigurationError("this machine cannot grade until the above is fixed")


def _missing_references(specimens: Path, assignment: Assignment) -> list[Path]:
    paths = [specimens / assignment.id / "passed" / "reference" / f for f in assignment.files]
    return [path for path in paths if not path.is_file()]


def _references(specimens: Path, assignments: Sequence[Assignment]) -> Submission:
    """The reference solutions of all assignments, as one submission."""
    with tempfile.TemporaryDirectory() as scratch:
        for assignment in assignments:
            reference = specimens / assignment.id / "passed" / "reference"
            target = Path(scratch) / assignment.id
            target.mkdir()
            for file in assignment.files:
                (target / file).write_bytes((reference / file).read_bytes())
        return read_submission(Path(scratch), assignments, member="reference")

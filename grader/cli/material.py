"""`grader hint`, `grader lint`, `grader doctor`: the teaching material and this machine."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted
from grader.cli.bulk import Backend, Checks, grade_each
from grader.cli.common import course_roster, data, denied_paths, new_secret, out, root
from grader.course.assignment import (
    FILE,
    Assignment,
    load_assignments,
    load_sound_assignments,
    pick,
)
from grader.course.sources import require_known_files
from grader.course.submission import Submission, read_submission
from grader.errors import ConfigurationError

app = typer.Typer()


@app.command()
def hint(
    assignment: Annotated[str, typer.Argument(help="An assignment: its folder's name.")],
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
    if step == len(hints[number]):
        out.print(
            "\nThat was the last hint. Still stuck? Ask on the course's GitHub page: Issues, New "
            "issue, “Question about a lab problem”."
        )


@app.command()
def lint(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Assignments; all without one.")
    ] = None,
    checks: Checks = None,
) -> None:
    """Check the teaching material: stubs, references, points, hints, what is left to do."""
    from grader.linting import (
        lint_checks,
        lint_course,
        lint_material,
        lint_results,
        lint_unfinished,
    )
    from grader.plan import HIDDEN, Plan

    checkout = root()
    folder = checkout / "assignments"
    assignments, faults = load_sound_assignments(folder)
    if checks is not None:
        require_known_files(checks, [path.parent.name for path in folder.glob(f"*/{FILE}")])
        checks = checks.resolve()
    if names:
        places = tuple(f"{folder / name}{end}" for name in names for end in "/:")
        faults = [fault for fault in faults if fault.startswith(places)]
        if not faults:
            pick(assignments, names)  # says so where there is none of a name
        assignments = tuple(one for one in assignments if one.id in names)
    else:
        roster = course_roster()
        faults += lint_course(assignments, roster.points if roster else None, checkout)
    specimens = checkout / "tests" / "specimens"
    plan = Plan(assignments, checks or HIDDEN, new_secret(), data())
    for assignment in assignments:
        faults += lint_material(assignment)
        hidden = (plan.checks or HIDDEN) / assignment.id
        faults += lint_unfinished([assignment.folder, hidden, specimens / assignment.id])
    sound, of_checks = lint_checks(plan)
    faults += of_checks
    for assignment in list(sound):
        missing = _missing_references(specimens, assignment)
        faults += [f"{path}: there is no reference solution" for path in missing]
        if missing or not all((assignment.folder / name).is_file() for name in assignment.files):
            sound.remove(assignment)
    if sound:
        plan = replace(plan, assignments=sound)
        stubs = read_submission(checkout / "assignments", sound, member="stubs")
        references = _references(specimens, sound)
        faults += lint_results(sound, *grade_each([stubs, references], plan, Backend()))
    for fault in faults:
        out.print(fault, highlight=False, markup=False, soft_wrap=True)
    if faults:
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ConfigurationError(f"the teaching material has {count}")
    out.print(f"{counted(len(assignments), 'assignment')}, no faults")


@app.command()
def doctor(
    download: Annotated[
        bool, typer.Option("--download", help="First fetch data sets into the folder GRADER_DATA.")
    ] = False,
) -> None:
    """Check this machine: sandbox, torch pair, data."""
    from grader.doctor import examine

    if download:
        from grader.checking.datasets import shipped_data_sets

        folder = data()
        if folder is None:
            raise ConfigurationError("set GRADER_DATA to the folder that the data are to be put in")
        for one in shipped_data_sets(folder):
            one.download()
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

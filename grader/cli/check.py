"""`grader check`: a student's own code, checked on their own machine, once or on every save."""

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.amounts import in_points, points
from grader.cli.common import data, denied_paths, err, new_secret, now, out, root, warn, with_checks
from grader.course.assignment import Assignment, imports_of, load_assignments, pick
from grader.course.submission import Submission, read_submission
from grader.errors import SandboxError

if TYPE_CHECKING:
    from grader.grading import Grader
    from grader.sandbox.host.sandbox import Sandbox
    from grader.sandbox.host.unjailed import Unjailed

app = typer.Typer()

_START_MILLISECONDS = 50
_REST_MILLISECONDS = 50
"""A file is read when nobody has written to it for so long."""


@app.command()
def check(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Which ones; all without a name.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever a file is saved.")
    ] = False,
) -> None:
    """Run the public checks on your own code in assignments/."""
    folder = root() / "assignments"
    known = load_assignments(folder)
    chosen = pick(known, assignments) if assignments else with_checks(known, None)
    saves = _saves(folder, chosen) if watch else iter(())
    first = read_submission(folder, known, only=[a.id for a in chosen])
    missing = [a for a in chosen if a.id not in first.files and a.id not in first.refused]
    for one in missing:
        places = ", ".join(f"assignments/{one.id}/{name}" for name in one.files)
        out.print(f"\n{one.id}: nothing to check; your code belongs in {places}", markup=False)
    if len(missing) == len(chosen) and not watch:
        return
    stuck: set[str] = set()
    with _own_sandbox(chosen) as sandbox:
        from grader.grading import Grader
        from grader.plan import Plan

        grader = Grader(Plan(chosen, None, new_secret(), data()), sandbox, now=now)
        for one in chosen:
            if one not in missing:
                _check(one, first, grader, stuck)
        try:
            if watch:
                err.print("\nwatching; Ctrl-C ends", style="dim")
            for saved in saves:
                for one in saved:
                    _check(one, read_submission(folder, [one], only=[one.id]), grader, stuck)
        except KeyboardInterrupt:
            pass
    for notice in first.notices:
        out.print(f"notice: {notice}", markup=False)
    if stuck or not missing:
        out.print(_way_on(stuck, watch), markup=False, highlight=False)


def _way_on(stuck: set[str], watch: bool) -> str:
    """What to do next, for a student who has not read the README."""
    if not stuck:
        return "\nDone? Commit, push, and open a pull request: the hidden checks run there."
    name = next(iter(stuck)) if len(stuck) == 1 else "ASSIGNMENT"
    again = "" if watch else f"\nCheck on every save: grader check {name} --watch"
    return f"\nStuck? grader hint {name} [TASK]{again}"


def _check(
    assignment: Assignment, submission: Submission, grader: "Grader", stuck: set[str]
) -> None:
    """Check one assignment, and show the feedback of each check as it comes.

    `stuck` is kept to the assignments of which not all public checks pass.
    """
    from grader.cli.bulk import show_fault
    from grader.grading import AssignmentRun
    from grader.terminal import check_lines, training_lines

    files = ", ".join(f"assignments/{assignment.id}/{name}" for name in assignment.files)
    out.print(f"\n[bold]{assignment.id}[/bold]  {assignment.title}  [dim]{files}[/dim]",
              highlight=False)  # fmt: skip
    run = AssignmentRun(grader, submission, assignment)
    results = iter(run)
    while True:
        with err.status(f"{assignment.id}: your code runs", spinner="line"):
            result = next(results, None)
        if result is None:
            break
        out.print(check_lines(result))
    for fault in run.faults:
        show_fault(fault)
    done = run.result
    out.print(training_lines(done))
    hidden = assignment.points - done.points
    out.print(
        f"  {in_points(done.score, done.points)} from public checks; "
        f"{points(hidden)} more depend on hidden checks, run on your pull request."
    )
    (stuck.add if done.score < done.points else stuck.discard)(done.id)
    if isinstance(assignment.data, str):
        used = grader.plan.dataset[assignment.data]
        instead = "" if used == assignment.data else f" in place of {assignment.data}"
        out.print(f"  data: {used}{instead}", markup=False, highlight=False)
    for notice in run.notices:
        out.print(f"  notice: {notice}", markup=False)
    if done.output:
        err.print(f"your program printed:\n{done.output[:2000]}", markup=False, style="dim")


def _saves(folder: Path, chosen: Sequence[Assignment]) -> Iterator[list[Assignment]]:
    """The assignments of which files were saved, whenever some were; from this call on.

    What is saved while the code is checked is not missed: it is noted meanwhile.
    """
    from watchfiles import Change, watch

    of_path = {str((folder / one.id / name).resolve()): one for one in chosen for name in one.files}

    def is_ours(change: Change, path: str) -> bool:
        return change is not Change.deleted and path in of_path

    changes = watch(
        *{Path(path).parent for path in of_path}, watch_filter=is_ours, step=_REST_MILLISECONDS,
        rust_timeout=_START_MILLISECONDS, yield_on_timeout=True,
    )  # fmt: skip
    next(changes)  # begins to watch; nothing was saved yet
    return (
        [one for one in chosen if any(of_path[path] is one for _, path in saved)]
        for saved in changes
        if saved
    )


@contextmanager
def _own_sandbox(chosen: Sequence[Assignment]) -> "Iterator[Sandbox | Unjailed]":
    """A sandbox for a student's own code; without one on this machine, say so and go on."""
    from grader.sandbox.host.sandbox import Sandbox

    sandbox: Sandbox | Unjailed
    try:
        sandbox = Sandbox(denied_paths=denied_paths(), preload=imports_of(chosen))
        sandbox.start()
        importlib.import_module("grader.grading")  # torch, as the warm process does meanwhile
        sandbox.__enter__()
    except SandboxError as error:
        linux = sys.platform.startswith("linux")
        reason = f"no sandbox here ({error})" if linux else f"no sandbox on {sys.platform}"
        warn(f"{reason}; your code runs unprotected")
        sandbox = importlib.import_module("grader.sandbox.host.unjailed").Unjailed().__enter__()
    try:
        yield sandbox
    finally:
        sandbox.__exit__(None, None, None)

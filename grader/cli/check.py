"""`grader check`: a student's own code, checked on their own machine, once or on every save."""

import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.amounts import in_points, points
from grader.cli.common import data, denied_paths, err, new_secret, now, out, pick, root, with_checks
from grader.course.assignment import Assignment, imports_of, load_assignments
from grader.course.submission import Submission, read_submission
from grader.errors import SandboxError

if TYPE_CHECKING:
    from grader.result import CheckResult, SubmissionResult
    from grader.sandbox.host.sandbox import Sandbox
    from grader.sandbox.host.unjailed import Unjailed

app = typer.Typer()

_LOOK_SECONDS = 0.05


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
    first = read_submission(folder, known, only=[a.id for a in chosen])
    missing = [a for a in chosen if a.id not in first.files and a.id not in first.refused]
    for one in missing:
        places = ", ".join(f"assignments/{one.id}/{name}" for name in one.files)
        out.print(f"\n{one.id}: nothing to check; your code belongs in {places}", markup=False)
    if len(missing) == len(chosen) and not watch:
        return
    with _own_sandbox(chosen) as sandbox:
        submissions = _one_by_one(first, chosen)
        if watch:
            submissions = _with_later_saves(submissions, folder, chosen)
        stuck: set[str] = set()
        try:
            _check(submissions, chosen, sandbox, stuck)
        except KeyboardInterrupt:
            if not watch:
                raise
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
    submissions: Iterator[Submission],
    chosen: Sequence[Assignment],
    sandbox: "Sandbox | Unjailed",
    stuck: set[str],
) -> None:
    """Check each submission, which holds one assignment, and show its feedback as it comes.

    `stuck` is kept to the assignments of which not all public checks pass.
    """
    from grader.cli.bulk import show_fault
    from grader.grading import Plan, grade
    from grader.terminal import check_lines, training_lines

    titles = {assignment.id: assignment for assignment in chosen}
    shown: set[str] = set()

    def headed(submission: Submission) -> Submission:
        [name] = submission.files.keys() | submission.refused.keys()
        out.print(f"\n[bold]{name}[/bold]  {titles[name].title}")
        shown.clear()
        return submission

    def show(result: "CheckResult") -> None:
        # A fault of the whole file is told once, not for each of its checks.
        repeated = result.feedback is not None and result.feedback.got in shown
        if result.feedback is not None and result.verdict.value not in ("failed", "forbidden"):
            shown.add(result.feedback.got)
        out.print(check_lines(result.model_copy(update={"feedback": None}) if repeated else result))

    def finish(result: "SubmissionResult") -> None:
        [done] = [a for a in result.assignments if a.checks and a.verdict.value != "skipped"]
        out.print(training_lines(done))
        hidden = titles[done.id].points - done.points
        out.print(
            f"  {in_points(done.score, done.points)} from public checks; "
            f"{points(hidden)} more depend on hidden checks, run on your pull request."
        )
        (stuck.add if done.score < done.points else stuck.discard)(done.id)
        if done.output:
            err.print(f"your program printed:\n{done.output[:2000]}", markup=False, style="dim")

    plan = Plan(chosen, None, new_secret(), data())
    grade(map(headed, submissions), plan, sandbox, now=now, on_result=finish,
          on_fault=show_fault, on_check=show)  # fmt: skip


def _one_by_one(submission: Submission, chosen: Sequence[Assignment]) -> Iterator[Submission]:
    """A submission for each assignment that is there."""
    for assignment in chosen:
        if assignment.id in submission.files:
            yield Submission(files={assignment.id: submission.files[assignment.id]})
        elif assignment.id in submission.refused:
            yield Submission(refused={assignment.id: submission.refused[assignment.id]})


def _with_later_saves(
    first: Iterator[Submission], folder: Path, chosen: Sequence[Assignment]
) -> Iterator[Submission]:
    """First what is there now, then each assignment again when one of its files is saved."""
    seen = {assignment.id: _times(folder, assignment) for assignment in chosen}
    yield from first
    err.print("\nwatching; Ctrl-C ends", style="dim")
    while True:
        time.sleep(_LOOK_SECONDS)
        for assignment in chosen:
            times = _times(folder, assignment)
            if times != seen[assignment.id]:
                while (later := _times(folder, assignment)) != seen[assignment.id]:
                    seen[assignment.id] = later  # being written: wait until it rests
                    time.sleep(_LOOK_SECONDS)
                saved = read_submission(folder, [assignment], only=[assignment.id])
                yield from _one_by_one(saved, [assignment])


def _times(folder: Path, assignment: Assignment) -> list[tuple[int, int]]:
    """When the assignment's files were changed, and their sizes."""
    found = []
    for name in assignment.files:
        with suppress(OSError):  # an editor may be replacing it
            stat = (folder / assignment.id / name).stat()
            found.append((stat.st_mtime_ns, stat.st_size))
    return found


@contextmanager
def _own_sandbox(chosen: Sequence[Assignment]) -> "Iterator[Sandbox | Unjailed]":
    """A sandbox for a student's own code; without one on this machine, say so and go on."""
    from grader.sandbox.host.sandbox import Sandbox

    jail = Sandbox(denied_paths=denied_paths(), preload=imports_of(chosen))
    sandbox: Sandbox | Unjailed = jail
    # The warm process imports torch while this one does; it would end with the thread that
    # started it.
    with ThreadPoolExecutor(1) as other:
        imported = other.submit(importlib.import_module, "grader.grading")
        try:
            jail.__enter__()
            error = None
        except SandboxError as refusal:
            error = refusal
    imported.result()
    if error is not None:
        linux = sys.platform.startswith("linux")
        reason = f"no sandbox here ({error})" if linux else f"no sandbox on {sys.platform}"
        err.print(f"{reason}; your code runs unprotected", style="yellow", markup=False)
        sandbox = importlib.import_module("grader.sandbox.host.unjailed").Unjailed().__enter__()
    try:
        yield sandbox
    finally:
        sandbox.__exit__(None, None, None)

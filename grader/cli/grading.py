"""`grader grade`, `grader demo`: the commands that grade submissions."""

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len

from grader.cli.common import (
    CHECKOUT,
    GRADEBOOK,
    concealed,
    err,
    make_plan,
    new_seed,
    now,
    out,
    padded,
    root,
    write,
)
from grader.cli.reporting import Aggregate, ReportFormat, report_text
from grader.course.assignment import load_assignments
from grader.course.roster import load_roster
from grader.course.submission import Submission, read_cohort, read_submission
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.grading import Plan
    from grader.result import SubmissionResult

NAMED = 10
"""Folders without a member that are named; the others are counted."""

app = typer.Typer()


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A submission, or a cohort.")],
    assignment: Annotated[
        list[str] | None, typer.Option("--assignment", "-a", help="Only this one; repeatable.")
    ] = None,
    cohort: Annotated[
        bool, typer.Option("--cohort", help="Each sub-folder is one member's submission.")
    ] = False,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write result JSON; - is standard output.")
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML.")] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; a cohort uses all cores.")
    ] = None,
    gradebook: Annotated[
        Path | None,
        typer.Option("--gradebook", help="Record attempts here (a cohort: gradebook.sqlite)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Fix the secret seed; grades anew.")
    ] = None,
    checks: Annotated[
        Path | None, typer.Option("--checks", help="A private folder of hidden tests.")
    ] = None,
) -> None:
    """Grade a submission, or a cohort of them, with the hidden tests.

    The name of a submission's folder is its member's key in the roster.

    What is in the gradebook already is not graded again, except with --seed.
    """
    from grader.terminal import submission_block

    known = load_assignments(root() / "assignments")
    plan = make_plan(assignment or [], seed, checks)
    only = [a.id for a in plan.assignments]
    if cohort:
        submissions = read_cohort(folder, known, only=only)
        _name_strangers(submissions)
        gradebook = gradebook or GRADEBOOK
        jobs = jobs or len(os.sched_getaffinity(0))
    else:
        member = folder.resolve().name if gradebook else None
        submissions = [read_submission(folder, known, member=member, only=only)]
    results = grade_and_record(submissions, plan, jobs or 1, gradebook, anew=seed is not None)
    _write_results(results, cohort, json, junit)
    if not cohort and str(json) != "-":
        out.print(submission_block(results[0]))
    _stop_if_internal_error(results)


@app.command()
def demo() -> None:
    """Grade the bundled cohort and print its median report."""
    from grader.cohort import build_cohort
    from grader.grading import HIDDEN, Plan

    specimens = CHECKOUT / "tests" / "specimens"
    assignments = load_assignments(CHECKOUT / "assignments")
    with tempfile.TemporaryDirectory() as scratch:
        cohort, book = Path(scratch) / "cohort", Path(scratch) / "gradebook.sqlite"
        build_cohort(specimens, cohort)
        err.print("Five groups of three students; their code runs in the sandbox:")
        submissions = read_cohort(cohort, assignments)
        plan = Plan(assignments, HIDDEN, new_seed())
        results = grade_and_record(submissions, plan, len(os.sched_getaffinity(0)), book)
        roster = specimens / "cohort-groups.yaml"
        text = report_text(book, roster, CHECKOUT, Aggregate.median, ReportFormat.table)
    out.file.write(text)
    _stop_if_internal_error(results)


def grade_and_record(
    submissions: Sequence[Submission],
    plan: "Plan",
    jobs: int,
    gradebook: Path | None = None,
    *,
    anew: bool = False,
) -> "list[SubmissionResult]":
    """The results in the order of `submissions`; a line on standard error for each of several.

    What the gradebook holds is not graded again, unless `anew`. A result with an internal error is
    returned, but not recorded.
    """
    from grader.gradebook import Gradebook
    from grader.grading import grade as grade_all
    from grader.parallel import grade_in_parallel
    from grader.sandbox.host import Sandbox
    from grader.terminal import DATASETS, submission_line

    results: dict[tuple[str | None, str], SubmissionResult] = {}
    with ExitStack() as stack:
        book = stack.enter_context(Gradebook(gradebook)) if gradebook else None
        if book is not None and not anew:
            for submission in submissions:
                if found := book.find(submission.member, submission.digest, plan.digest):
                    results[submission.member, submission.digest] = found
        waiting = [s for s in submissions if (s.member, s.digest) not in results]
        if len(waiting) < len(submissions):
            err.print(f"{len(submissions) - len(waiting)} already graded, {len(waiting)} to do")
        if len(submissions) > 1 and waiting:
            if any(
                a.data == "mnist" and a.id in s.files for a in plan.assignments for s in waiting
            ):
                err.print(f"Held-out digits: {DATASETS[plan.dataset]}", style="dim")
            ids = ", ".join(assignment.id for assignment in plan.assignments)
            err.print(f"Member, points, marks: {ids}", style="dim")
        width = max([4, *(cell_len(s.member or "") for s in waiting)])
        done = 0

        def finish(result: "SubmissionResult") -> None:
            nonlocal done
            done += 1
            results[result.member, result.digest] = result
            if book is not None and not result.internal_error:
                book.record(result)
            if len(submissions) > 1:
                line = submission_line(result)
                name = f"{done:>4}/{len(waiting)}  {padded(result.member or '-', width)} "
                err.print(name, line, no_wrap=True, overflow="ellipsis", highlight=False,
                          markup=False)  # fmt: skip

        hidden = concealed(plan)
        if jobs > 1 and len(waiting) > 1:
            processes = min(jobs, len(waiting))
            grade_in_parallel(
                waiting,
                plan,
                processes,
                concealed=hidden,
                now=now,
                on_result=finish,
                on_fault=show_fault,
            )
        elif waiting:
            with Sandbox(concealed=hidden) as sandbox:
                grade_all(waiting, plan, sandbox, now=now, on_result=finish, on_fault=show_fault)
    return [results[s.member, s.digest] for s in submissions]


def _name_strangers(submissions: Sequence[Submission]) -> None:
    """Say before an hour of grading, not after it, whose folder no group will count."""
    path = root() / "groups.yaml"
    if path.is_file():
        roster = load_roster(path)
        names = [s.member for s in submissions if s.member and roster.find(s.member) is None]
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            text = f"not in {path.name}: {', '.join(names[:NAMED])}{more}"
            err.print(text, style="yellow", markup=False, highlight=False)


def _write_results(
    results: "Sequence[SubmissionResult]", cohort: bool, json: Path | None, junit: Path | None
) -> None:
    from grader.export import to_junit
    from grader.result import CohortResult

    document = CohortResult(submissions=tuple(results)) if cohort else results[0]
    if str(json) == "-":
        sys.stdout.write(document.to_json() + "\n")
    elif json is not None:
        write(json, document.to_json() + "\n")
    if junit is not None:
        write(junit, to_junit(results))


def show_fault(text: str) -> None:
    """Show staff the traceback of a failure of ours."""
    err.print(f"internal error, for staff:\n{text}", style="magenta", markup=False)


def _stop_if_internal_error(results: "Sequence[SubmissionResult]") -> None:
    names = [result.member or "the submission" for result in results if result.internal_error]
    if names:
        raise GraderError(f"checks failed inside the grader, not recorded: {', '.join(names)}")

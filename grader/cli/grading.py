"""`grader grade`, `grader demo`: the commands that grade submissions."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from grader.cli.bulk import (
    WHOLE,
    Backend,
    Checks,
    Jobs,
    Only,
    Scheduler,
    Shard,
    cores,
    grade_each,
    part,
    stop_if_internal_error,
    with_internal_error,
)
from grader.cli.common import (
    CHECKOUT,
    err,
    gradebook_here,
    located,
    make_plan,
    new_secret,
    out,
    root,
    seconds_since_start,
    warn,
    with_checks,
    write,
)
from grader.cli.terminals import write_document
from grader.cli.times import SubmittedAt, with_times
from grader.course.assignment import load_assignments
from grader.course.document import did_you_mean
from grader.course.roster import Roster, load_roster
from grader.course.submission import Submission, passed_over, read_cohort, read_submission
from grader.errors import ConfigurationError
from grader.result import CohortResult, SubmissionResult
from grader.stopwatch import Stopwatch
from grader.terminal import submission_block

NAMED = 10
"""Folders without a member that are named; the others are counted."""

app = typer.Typer()


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A submission, or a cohort.")],
    assignment: Only = None,
    cohort: Annotated[
        bool, typer.Option("--cohort", help="Each sub-folder is one member's submission.")
    ] = False,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write result JSON; - is standard output.")
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML.")] = None,
    jobs: Jobs = None,
    gradebook: Annotated[
        Path | None,
        typer.Option("--gradebook", help="Record attempts here (a cohort: gradebook.sqlite)."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            min=0,
            max=(1 << 53) - 1,  # every reader of JSON keeps it
            help="A number that decides all that is drawn, in place of 256 secret bits; for trying "
            "checks out. Grades anew.",
        ),
    ] = None,
    checks: Checks = None,
    shard: Shard = WHOLE,
    scheduler: Scheduler = None,
    submitted_at: SubmittedAt = None,
    timings: Annotated[
        bool, typer.Option("--timings", help="Say where the time went, on standard error.")
    ] = False,
) -> None:
    """Grade a submission, or a cohort of them, with the hidden tests.

    The name of a submission's folder is its member's key in the roster.

    What is in the gradebook already is not graded again, except with --seed. Only what has a time
    of submission can be late.
    """
    stopwatch = Stopwatch()
    stopwatch.add({"start": seconds_since_start()})
    with stopwatch.phase("reading"):
        known = load_assignments(root() / "assignments")
        plan = make_plan(assignment or [], seed, checks)
        only = [a.id for a in plan.assignments]
        if cohort:
            everybody = read_cohort(folder, known, only=only)
            introduce(folder, everybody)
            names = [submission.member or "" for submission in everybody]
            submissions = part(with_times(everybody, names, submitted_at), shard)
        elif shard != WHOLE:
            raise ConfigurationError("--shard is a part of a cohort: add --cohort")
        else:
            name = folder.resolve().name
            one = read_submission(folder, known, member=name if gradebook else None, only=only)
            submissions = with_times([one], [name], submitted_at)
    place = Backend(jobs or (cores() if cohort else 1), scheduler)
    book = gradebook or (gradebook_here() if cohort else None)
    anew = seed is not None
    graded = grade_each(submissions, plan, place, book, anew=anew, listed=cohort,
                        stopwatch=stopwatch)  # fmt: skip
    if cohort and json is None and junit is None:
        faulty = [name for result in graded for name in with_internal_error([result])]
    else:
        results = list(graded)
        faulty = with_internal_error(results)
        with stopwatch.phase("report"):
            _write_results(results, cohort, json, junit)
            if not cohort and str(json) != "-":
                out.print(submission_block(results[0]))
    if timings:
        _show_timings(stopwatch)
    stop_if_internal_error(faulty)


@app.command()
def demo() -> None:
    """Grade the bundled cohort and print its median report."""
    from grader.cli.reporting import Aggregate, ReportFormat, report_text
    from grader.cohort import build_cohort
    from grader.plan import HIDDEN, Plan

    # An installed grader comes without them: then those of the checkout that one stands in.
    checkout = CHECKOUT if (CHECKOUT / "tests" / "specimens").is_dir() else root()
    specimens = checkout / "tests" / "specimens"
    assignments = load_assignments(checkout / "assignments")
    with tempfile.TemporaryDirectory() as scratch:
        cohort, book = Path(scratch) / "cohort", Path(scratch) / "gradebook.sqlite"
        build_cohort(specimens, cohort)
        err.print("Five groups of three students; their code runs in the sandbox:")
        submissions = read_cohort(cohort, assignments)
        plan = Plan(with_checks(assignments, HIDDEN), HIDDEN, new_secret())
        graded = grade_each(submissions, plan, Backend(cores()), book)
        faulty = with_internal_error(list(graded))
        roster = specimens / "cohort-groups.yaml"
        text = report_text(book, roster, checkout, Aggregate.median, ReportFormat.table)
    out.file.write(text)
    stop_if_internal_error(faulty)


def introduce(folder: Path, submissions: Sequence[Submission]) -> None:
    """Say before an hour of grading, not after it, what will count for nobody, and who has nothing.

    Raises:
        ConfigurationError: two folders are of one member.
    """
    _warn("passed over, no member's folder", passed_over(folder))
    _warn(
        "in the wrong place",
        [f"{s.member}: {sentence}" for s in submissions for sentence in s.placement],
    )
    _warn(
        "nothing to grade",
        [s.member or "" for s in submissions if not s.files and not s.refused and not s.placement],
    )
    path = located("groups.yaml")
    if not path.is_file():
        return
    roster = load_roster(path)
    names = [s.member for s in submissions if s.member]
    _warn(f"not in {path.name}", [why_stranger(roster, n) for n in names if not roster.find(n)])
    folders: dict[str, str] = {}
    for name in names:
        if found := roster.find(name):
            key = found[1].key
            if key in folders:
                raise ConfigurationError(
                    f'{folder} holds two folders for "{found[1].name}": {folders[key]} and {name}; '
                    "remove one"
                )
            folders[key] = name
    everyone = [member for group in roster.groups for member in group.members]
    _warn("no folder of", [one.name for one in everyone if one.key not in folders])


def why_stranger(roster: Roster, name: str) -> str:
    """A folder's name that is nobody's, with the nearest that would be somebody's."""
    if roster.candidates(name):
        return roster.why_nobody(name)
    keys = [key for g in roster.groups for m in g.members for key in (m.name, m.github) if key]
    return name + did_you_mean(name, keys)


def _warn(what: str, names: Sequence[str]) -> None:
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        joined = "; " if any(" " in name for name in names[:NAMED]) else ", "
        warn(f"{what}: {joined.join(names[:NAMED])}{more}", broken=True)


def _write_results(
    results: Sequence[SubmissionResult], cohort: bool, json: Path | None, junit: Path | None
) -> None:
    from grader.export import to_junit

    document = CohortResult(submissions=tuple(results)) if cohort else results[0]
    if str(json) == "-":
        write_document(document.to_json() + "\n")
    elif json is not None:
        write(json, document.to_json() + "\n")
    if junit is not None:
        write(junit, to_junit(results))


def _show_timings(stopwatch: Stopwatch) -> None:
    """The phases in the order of their first moment, of several jobs together."""
    total = sum(stopwatch.seconds.values())
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    for name, seconds in stopwatch.seconds.items():
        table.add_row(name, f"{seconds:.3f} s", f"{seconds / total:.1%}")
    table.add_row("together", f"{total:.3f} s")
    err.print(table)

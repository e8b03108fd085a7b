"""The command line: reads options, environment and clock, shows results and errors; nothing else.

Exit codes: 0 graded (whatever the score), 1 our failure, 2 usage or configuration.
torch is imported only by the commands that grade.
"""

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markdown import Markdown

from grader.course.assignment import Assignment, load_assignments
from grader.course.roster import load_roster
from grader.course.submission import Submission, read_cohort, read_submission
from grader.errors import ConfigurationError, GraderError, SandboxError

if TYPE_CHECKING:
    from grader.grading import Plan
    from grader.result import SubmissionResult

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent

app = typer.Typer(
    help="Grades PyTorch assignments, for groups. Start with: grader check",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
roster_app = typer.Typer(help="The roster in groups.yaml.", no_args_is_help=True)
app.add_typer(roster_app, name="roster")

out = Console()
err = Console(stderr=True)


class Aggregate(StrEnum):
    """How members' scores become a group's."""

    median = "median"
    mean = "mean"
    min = "min"
    max = "max"


class ReportFormat(StrEnum):
    """The forms of a report."""

    table = "table"
    json = "json"


def main() -> None:
    """Run the command line and turn each error of ours into one sentence and an exit code."""
    try:
        app()
    except GraderError as error:
        _stop(error)
    except KeyboardInterrupt:
        err.print("interrupted; finished results are kept, run the command again for the rest")
        sys.exit(1)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


@app.command()
def check(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Which ones; all without a name.")
    ] = None,
) -> None:
    """Run the public checks on your own code in assignments/."""
    from grader.grading import Plan, grade
    from grader.terminal import check_lines, number

    root = _root()
    known = _pick(load_assignments(root / "assignments"), assignments or [])
    submission = read_submission(root / "assignments", known)
    with _own_sandbox() as sandbox:
        for assignment in known:
            plan = Plan([assignment], None, secrets.randbelow(1 << 31), _data())
            out.print(f"\n[bold]{assignment.id}[/bold]  {assignment.title}")
            results: list[SubmissionResult] = []
            grade(
                [submission], plan, sandbox, now=_now, on_result=results.append,
                on_fault=_show_fault, on_check=lambda c: out.print(check_lines(c)),
            )  # fmt: skip
            [result] = results
            hidden = assignment.points - result.points
            out.print(
                f"  {number(result.score)} of {number(result.points)} points from public checks; "
                f"hidden checks decide {number(hidden)} more once you open a pull request."
            )
            if output := result.assignments[0].output:
                err.print(f"[dim]your program printed:[/dim]\n{output[:2000]}", markup=False)
    out.print("\nStuck? grader hint ASSIGNMENT [TASK]")


@app.command()
def hint(
    assignment: Annotated[str, typer.Argument(help="An assignment, such as softmax.")],
    task: Annotated[int | None, typer.Argument(help="The number of a task.")] = None,
) -> None:
    """Show the next hint of a task; each call goes one step further."""
    from grader.hints import Ladder, read_hints

    root = _root()
    [found] = _pick(load_assignments(root / "assignments"), [assignment])
    hints = read_hints(found.folder)
    ladder = Ladder(root / ".grader" / "hints.json")
    number = task or ladder.task_to_climb(found.id, hints)
    if number not in hints:
        tasks = ", ".join(str(t.number) for t in found.tasks)
        raise ConfigurationError(f"{found.id} has no task {number}; its tasks are {tasks}")
    step, text = ladder.next(found.id, number, hints[number])
    out.print(f"[bold]{found.id}, task {number}: hint {step} of {len(hints[number])}[/bold]")
    out.print(Markdown(text))


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
        typer.Option("--gradebook", help="Record attempts here [cohort: gradebook.sqlite]."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Fix the secret seed (to replay).")
    ] = None,
    checks: Annotated[
        Path | None, typer.Option("--checks", help="A private folder of hidden tests.")
    ] = None,
) -> None:
    """Grade a submission, or a cohort of them, with the hidden tests."""
    plan = _plan(_root(), assignment or [], seed, checks)
    if cohort:
        submissions = read_cohort(folder, plan.assignments)
        gradebook = gradebook or Path("gradebook.sqlite")
        jobs = jobs or len(os.sched_getaffinity(0))
    else:
        submissions = [read_submission(folder, plan.assignments)]
    results = _grade_and_record(submissions, plan, jobs or 1, gradebook)
    if json is not None or junit is not None:
        _write_results(results, cohort, json, junit)
    if not cohort and (json is None or str(json) != "-"):
        from grader.terminal import submission_block

        out.print(submission_block(results[0]))
    _stop_if_internal_error(results)


@app.command()
def report(
    gradebook: Annotated[Path, typer.Option("--gradebook", help="Where attempts are.")] = Path(
        "gradebook.sqlite"
    ),
    groups: Annotated[
        Path | None, typer.Option("--groups", help="The roster [groups.yaml].")
    ] = None,
    median: Annotated[bool, typer.Option("--median", help="The course's rule (default).")] = False,
    mean: Annotated[bool, typer.Option("--mean")] = False,
    minimum: Annotated[bool, typer.Option("--min")] = False,
    maximum: Annotated[bool, typer.Option("--max")] = False,
    format: Annotated[ReportFormat, typer.Option("--format")] = ReportFormat.table,  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", help="Write to a file.")] = None,
) -> None:
    """Show each group's progress: the median of its members' progress."""
    chosen = [
        name for name, on in zip(Aggregate, (median, mean, minimum, maximum), strict=True) if on
    ]
    if len(chosen) > 1:
        raise ConfigurationError("choose one of --median, --mean, --min and --max")
    aggregate = chosen[0] if chosen else Aggregate.median
    root = _root()
    text = _report_text(
        gradebook, groups or root / "groups.yaml", root / "assignments", aggregate, format
    )
    if output is None:
        out.file.write(text)
    else:
        _write(output, text)


@roster_app.command("check")
def roster_check(
    groups: Annotated[Path | None, typer.Argument(help="The roster [groups.yaml].")] = None,
) -> None:
    """Validate groups.yaml and show what it says."""
    roster = load_roster(groups or _root() / "groups.yaml")
    out.print(f"{roster.course}: {len(roster.groups)} groups")
    for group in roster.groups:
        members = ", ".join(
            f"{m.name} (@{m.github})" if m.github else m.name for m in group.members
        )
        out.print(f"  {group.name}: {members}", highlight=False, markup=False)
    unlinked = sum(m.github is None for g in roster.groups for m in g.members)
    if unlinked:
        err.print(f"{unlinked} members have no GitHub login yet", style="dim")


@app.command()
def lint() -> None:
    """Check the teaching material: stubs, references, points, hints, handouts."""
    from grader.linting import lint_course, lint_material, lint_points
    from grader.linting import lint_reference_result, lint_stub_result

    root = _root()
    plan = _plan(root, [], None, None)
    faults = list(lint_course(plan.assignments))
    for assignment in plan.assignments:
        faults += lint_material(assignment)
    stubs = read_submission(root / "assignments", plan.assignments)
    references = root / "tests" / "specimens"
    with tempfile.TemporaryDirectory() as scratch:
        for assignment in plan.assignments:
            link = references / assignment.id / "passed" / "reference"
            if not link.is_dir():
                faults.append(f"{link}: there is no reference solution")
                continue
            target = Path(scratch) / assignment.id
            target.mkdir()
            for file in assignment.files:
                (target / file).write_bytes((link / file).read_bytes())
        solution = read_submission(Path(scratch), plan.assignments)
        stub_result, solution_result = _grade_and_record([stubs, solution], plan, 1, None)
    for assignment, graded in zip(plan.assignments, stub_result.assignments, strict=True):
        faults += lint_points(assignment, graded)
    faults += lint_stub_result(stub_result)
    faults += lint_reference_result(solution_result)
    for fault in faults:
        out.print(fault, highlight=False, markup=False, soft_wrap=True)
    if faults:
        raise ConfigurationError(f"the teaching material has {len(faults)} faults")
    out.print(f"{len(plan.assignments)} assignments, no faults")


@app.command()
def doctor() -> None:
    """Check this machine: sandbox, torch pair, data."""
    from grader.doctor import examine

    good = True
    for finding in examine(_data(), _concealed()):
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "·"}[finding.good]
        out.print(f"{mark} {finding.what:8} {finding.text}", highlight=False)
        good = good and finding.good is not False
    if not good:
        raise ConfigurationError("this machine cannot grade until the above is mended")


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
        plan = Plan(assignments, HIDDEN, secrets.randbelow(1 << 31))
        submissions = read_cohort(cohort, assignments)
        results = _grade_and_record(submissions, plan, len(os.sched_getaffinity(0)), book)
        out.file.write(
            _report_text(
                book, specimens / "cohort-groups.yaml", CHECKOUT / "assignments",
                Aggregate.median, ReportFormat.table,
            )
        )  # fmt: skip
    _stop_if_internal_error(results)


def _grade_and_record(
    submissions: Sequence[Submission], plan: "Plan", jobs: int, gradebook: Path | None
) -> "list[SubmissionResult]":
    """Grade what the gradebook does not hold yet; a line on standard error for each submission."""
    from grader.gradebook import Gradebook
    from grader.grading import grade as grade_all
    from grader.parallel import grade_in_parallel
    from grader.sandbox.host import Sandbox
    from grader.terminal import submission_line

    results: list[SubmissionResult] = []
    with Gradebook(gradebook) if gradebook else _nothing() as book:
        waiting = [
            s for s in submissions if book is None or not book.has(s.member, s.digest, plan.digest)
        ]
        if len(waiting) < len(submissions):
            err.print(f"{len(submissions) - len(waiting)} already graded, {len(waiting)} to do")
        width = max([4, *(_cells(s.member or "") for s in waiting)])

        def finish(result: "SubmissionResult") -> None:
            results.append(result)
            internal = any(c.verdict == "internal_error" for a in result.assignments
                           for c in a.checks)  # fmt: skip
            if book is not None and not internal:
                book.record(result)
            if len(submissions) > 1:
                name = result.member or "-"
                line = submission_line(result)
                err.print(
                    f"{len(results):>4}/{len(waiting)}  {name}{' ' * (width - _cells(name))} ",
                    line, no_wrap=True, overflow="ellipsis", highlight=False, markup=False,
                )  # fmt: skip

        if jobs > 1 and len(waiting) > 1:
            grade_in_parallel(
                waiting, plan, min(jobs, len(waiting)), concealed=_concealed(), now=_now,
                on_result=finish, on_fault=_show_fault,
            )  # fmt: skip
        elif waiting:
            with Sandbox(concealed=_concealed()) as sandbox:
                grade_all(waiting, plan, sandbox, now=_now, on_result=finish, on_fault=_show_fault)
        if book is not None:
            done = {result.digest: result for result in results}
            stored = {a.digest: a.result for a in book.attempts() if a.digest not in done}
            results = [{**stored, **done}[s.digest] for s in submissions
                       if s.digest in stored or s.digest in done]  # fmt: skip
    return results


def _report_text(
    gradebook: Path, groups: Path, assignments: Path, aggregate: Aggregate, form: ReportFormat
) -> str:
    from grader.gradebook import Gradebook
    from grader.report import build_report, render_table

    roster = load_roster(groups)
    if not gradebook.exists():
        raise ConfigurationError(
            f"{gradebook}: there is no gradebook yet; grade first: grader grade --cohort DIR"
        )
    with Gradebook(gradebook) as book:
        attempts = book.attempts()
    report, unknown = build_report(
        roster, attempts, load_assignments(assignments), aggregate=aggregate.value, now=_now()
    )
    if unknown:
        err.print(f"not in {groups}: {', '.join(unknown)}", style="yellow", markup=False)
    if form is ReportFormat.json:
        return report.to_json() + "\n"
    return render_table(report, width=out.width)


def _write_results(
    results: "Sequence[SubmissionResult]", cohort: bool, json: Path | None, junit: Path | None
) -> None:
    from grader.export import to_junit
    from grader.result import CohortResult

    document = CohortResult(submissions=tuple(results)) if cohort else results[0]
    if json is not None and str(json) == "-":
        sys.stdout.write(document.to_json() + "\n")
    elif json is not None:
        _write(json, document.to_json() + "\n")
    if junit is not None:
        _write(junit, to_junit(results))


def _plan(root: Path, names: Sequence[str], seed: int | None, checks: Path | None) -> "Plan":
    from grader.grading import HIDDEN, Plan

    assignments = _pick(load_assignments(root / "assignments"), names)
    if checks is not None and not checks.is_dir():
        raise ConfigurationError(f"{checks}: --checks needs a folder of test_<assignment>.py files")
    chosen = seed if seed is not None else secrets.randbelow(1 << 31)
    return Plan(assignments, checks or HIDDEN, chosen, _data())


def _pick(known: Sequence[Assignment], names: Sequence[str]) -> list[Assignment]:
    for name in names:
        if name not in [a.id for a in known]:
            there = ", ".join(a.id for a in known)
            raise ConfigurationError(f"there is no assignment “{name}”; there are: {there}")
    return [a for a in known if not names or a.id in names]


def _root() -> Path:
    """The checkout that the current directory lies in, else the one this program comes from."""
    here = Path.cwd()
    for folder in (here, *here.parents, CHECKOUT):
        if (folder / "assignments").is_dir():
            return folder
    raise ConfigurationError(
        f"{here}: no assignments/ here or above; run the command inside the course's checkout"
    )


def _data() -> Path | None:
    folder = os.environ.get("GRADER_DATA")
    return Path(folder).resolve() if folder else None


def _concealed() -> list[Path]:
    """What student code must never read, should it lie under a readable folder."""
    return [PACKAGE, CHECKOUT / "tests", CHECKOUT / "groups.yaml"]


@contextmanager
def _own_sandbox() -> Iterator[object]:
    """A sandbox for a student's own code; without one on this machine, say so and go on."""
    from grader.sandbox.host import Sandbox

    try:
        sandbox = Sandbox(concealed=_concealed())
    except SandboxError as error:
        err.print(f"[yellow]no sandbox on this machine ({error}); your code runs unprotected[/]")
        sandbox = Sandbox(unsandboxed=True)
    with sandbox:
        yield sandbox


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


def _now() -> datetime:
    return datetime.now(UTC)


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from None


def _show_fault(text: str) -> None:
    err.print(f"internal error, for staff:\n{text}", style="magenta", markup=False)


def _stop_if_internal_error(results: "Sequence[SubmissionResult]") -> None:
    for result in results:
        for assignment in result.assignments:
            if any(c.verdict == "internal_error" for c in assignment.checks):
                raise GraderError("some checks failed inside the grader; nothing was recorded")


def _stop(error: GraderError) -> NoReturn:
    from grader.errors import GradebookError

    err.print(f"grader: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(2 if isinstance(error, ConfigurationError | GradebookError) else 1)

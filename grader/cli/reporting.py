"""`grader report`: the progress of groups."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.common import (
    Book,
    Groups,
    gradebook_here,
    located,
    name_files,
    now,
    out,
    root,
    warn,
    write,
)
from grader.cli.records import open_book
from grader.cli.terminals import write_document
from grader.course.assignment import Assignment, load_assignments, pick
from grader.course.moments import in_zone, parsed
from grader.course.roster import Roster, load_roster
from grader.errors import ConfigurationError
from grader.gradebook import Gradebook, check_outcomes, training_metrics
from grader.report import (
    CourseReport,
    build_report,
    render_explanation,
    render_html,
    render_long,
    render_markdown,
    render_members,
    render_table,
    render_wide,
)

app = typer.Typer()

Course = tuple[Roster, tuple[Assignment, ...]]
"""What is counted, and of whom."""


class Aggregate(StrEnum):
    """How members' scores become a group's."""

    median = "median"
    mean = "mean"
    min = "min"
    max = "max"


class ReportFormat(StrEnum):
    """The forms of a report."""

    table = "table"
    markdown = "markdown"
    json = "json"
    csv = "csv"
    csv_wide = "csv-wide"
    html = "html"


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """What a report reads is needed to its end: to look for garbage takes a tenth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor is there any when the process ends, and Python looks once more
        gc.enable()


@app.command()
@_without_garbage_collection()
def report(
    gradebook: Book = None,
    groups: Groups = None,
    median: Annotated[bool, typer.Option("--median", help="The course's rule (default).")] = False,
    mean: Annotated[bool, typer.Option("--mean")] = False,
    minimum: Annotated[bool, typer.Option("--min")] = False,
    maximum: Annotated[bool, typer.Option("--max")] = False,
    format: Annotated[ReportFormat, typer.Option("--format")] = ReportFormat.table,  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", help="Write to a file.")] = None,
    staff: Annotated[
        bool, typer.Option("--staff", help="With members' names and scores: for staff only.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Show changes since a date, or since the last report."),
    ] = None,
    assignment: Annotated[
        list[str] | None, typer.Option("--assignment", "-a", help="Only these; repeatable.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", "-g", help="Only these; repeatable.")
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="GROUP",
            help="Show the members and which made the median: for staff only.",
        ),
    ] = None,
    post: Annotated[bool, typer.Option("--post", help="One issue per group on GitHub.")] = False,
    repo: Annotated[
        str | None, typer.Option("--repo", help="OWNER/NAME (GITHUB_REPOSITORY).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --post: only show what would change.")
    ] = False,
) -> None:
    """Show each group's progress: the median of its members' progress.

    Markdown and HTML are made for passing on: no member's name or score, and nothing of a group
    with fewer than three counted members. --staff adds what they leave out.
    """
    chosen = [
        name for name, on in zip(Aggregate, (median, mean, minimum, maximum), strict=True) if on
    ]
    if len(chosen) > 1:
        raise ConfigurationError("choose one of --median, --mean, --min and --max")
    aggregate = chosen[0] if chosen else Aggregate.median
    if (dry_run or repo) and not post:
        raise ConfigurationError("--dry-run and --repo belong to --post")
    gradebook, groups = gradebook or gradebook_here(), groups or located("groups.yaml")
    name_files(groups, gradebook, root() / "assignments")
    course = load_course(groups, root())
    with open_book(gradebook) as book:
        found = build(
            book,
            course,
            aggregate,
            only=assignment or [],
            since=_since(since, book, format, course[0].zone),
        )
        shown = found.limited_to(group) if group else found
        if post:
            by_hand = [override.at for override in book.overrides()]
            # Few reports are posted: the way to GitHub is imported for them alone.
            from grader.cli.github import post as post_report

            post_report(shown.public, course[0], by_hand=by_hand, repo=repo, dry_run=dry_run)
            return
        if explain is not None:
            text = render_explanation(found, explain, width=out.width)
        else:
            text = rendered(shown, book, format, staff=staff)
        if output is None:
            show = out.file.write if format is ReportFormat.table else write_document
            show(text)
        else:
            # Excel takes a CSV without a byte-order mark for the system's own encoding.
            mark = "\ufeff" if format in (ReportFormat.csv, ReportFormat.csv_wide) else ""
            write(output, mark + text)
            book.note_report(found.report.generated_at)


def load_course(groups: Path, checkout: Path) -> Course:
    """The roster in `groups` and the assignments of a checkout; they fit each other."""
    roster = load_roster(groups)
    assignments = load_assignments(checkout / "assignments")
    roster.fits(assignments)
    return roster, assignments


def build(
    book: Gradebook,
    course: Course,
    aggregate: Aggregate = Aggregate.median,
    *,
    only: list[str] | None = None,
    since: datetime | None = None,
) -> CourseReport:
    """The report on a gradebook; whoever is not in the roster is named on standard error."""
    roster, assignments = course
    found = build_report(
        roster,
        book.entries(),
        pick(assignments, only or []),
        aggregate=aggregate.value,
        now=now(),
        overrides=book.overrides(),
        since=since,
    )
    names = ", ".join(one for one in found.unknown_members if not roster.candidates(one))
    if names:
        warn(f"not in the roster: {names}")
    for shared in (one for one in found.unknown_members if roster.candidates(one)):
        warn(f"counted for nobody: {roster.why_nobody(shared)}")
    for remark in found.remarks:
        warn(remark)
    return found


def rendered(
    found: CourseReport, book: Gradebook, form: ReportFormat, *, staff: bool = False
) -> str:
    """The report in one form."""
    match form:
        case ReportFormat.table:
            text = render_table(found.report, width=out.width)
            return text + ("\n" + render_members(found, out.width) if staff else "")
        case ReportFormat.json:
            return (found.staff if staff else found.report).to_json() + "\n"
        case ReportFormat.markdown:
            if staff:
                raise ConfigurationError(
                    "--format markdown is what issues show, so it has no names; for staff there "
                    "are table, json, csv, csv-wide and html"
                )
            return render_markdown(found.public)
        case ReportFormat.csv:
            return render_long(found, staff=staff)
        case ReportFormat.csv_wide:
            return render_wide(found, staff=staff)
        case ReportFormat.html:
            outcomes = check_outcomes(book, found.attempts_that_count)
            metrics = training_metrics(book, found.attempts_that_count) if staff else {}
            return render_html(found, outcomes, staff=staff, metrics=metrics)


def report_text(
    gradebook: Path, groups: Path, checkout: Path, aggregate: Aggregate, form: ReportFormat
) -> str:
    """The report on a gradebook in one form."""
    course = load_course(groups, checkout)
    with open_book(gradebook) as book:
        return rendered(build(book, course, aggregate), book, form)


def _since(
    written: str | None, book: Gradebook, form: ReportFormat, zone: tzinfo
) -> datetime | None:
    """The moment to compare with: a date, or that of the last report; the page always has one."""
    if written is None and form is not ReportFormat.html:
        return None
    if written is None or written == "last":
        last = book.last_report()
        if written == "last" and last is None:
            raise ConfigurationError(
                "--since last: no report has been written with --output yet; name a date instead"
            )
        return last
    try:
        return in_zone(parsed(written), zone)
    except ValueError as error:
        raise ConfigurationError(f"--since: {error}, or last") from None

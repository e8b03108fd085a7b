"""`grader report`: the progress of groups."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.common import GRADEBOOK, err, now, out, root, write
from grader.course.assignment import load_assignments
from grader.course.roster import load_roster
from grader.errors import ConfigurationError

if TYPE_CHECKING:
    from grader.report import Report

app = typer.Typer()


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


@app.command()
def report(
    gradebook: Annotated[Path, typer.Option("--gradebook", help="Where attempts are.")] = GRADEBOOK,
    groups: Annotated[
        Path | None, typer.Option("--groups", help="The roster [groups.yaml].")
    ] = None,
    median: Annotated[bool, typer.Option("--median", help="The course's rule (default).")] = False,
    mean: Annotated[bool, typer.Option("--mean")] = False,
    minimum: Annotated[bool, typer.Option("--min")] = False,
    maximum: Annotated[bool, typer.Option("--max")] = False,
    format: Annotated[ReportFormat, typer.Option("--format")] = ReportFormat.table,  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", help="Write to a file.")] = None,
    post: Annotated[bool, typer.Option("--post", help="One issue per group on GitHub.")] = False,
    repo: Annotated[
        str | None, typer.Option("--repo", help="OWNER/NAME [GITHUB_REPOSITORY].")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --post: only show what would change.")
    ] = False,
) -> None:
    """Show each group's progress: the median of its members' progress."""
    chosen = [
        name for name, on in zip(Aggregate, (median, mean, minimum, maximum), strict=True) if on
    ]
    if len(chosen) > 1:
        raise ConfigurationError("choose one of --median, --mean, --min and --max")
    aggregate = chosen[0] if chosen else Aggregate.median
    if (dry_run or repo) and not post:
        raise ConfigurationError("--dry-run and --repo belong to --post")
    if post:
        from grader.cli.github import post as post_report

        roster = groups or root() / "groups.yaml"
        values = _report(gradebook, roster, root(), aggregate)
        post_report(values, load_roster(roster).course, repo=repo, dry_run=dry_run)
        return
    text = report_text(gradebook, groups or root() / "groups.yaml", root(), aggregate, format)
    if output is None:
        out.file.write(text)
    else:
        write(output, text)


def report_text(
    gradebook: Path, groups: Path, checkout: Path, aggregate: Aggregate, form: ReportFormat
) -> str:
    """The report on a gradebook in one form."""
    from grader.report import render_table

    report = _report(gradebook, groups, checkout, aggregate)
    if form is ReportFormat.json:
        return report.to_json() + "\n"
    return render_table(report, width=out.width)


def _report(gradebook: Path, groups: Path, checkout: Path, aggregate: Aggregate) -> "Report":
    """The report on a gradebook; whoever is not in the roster is named beside it."""
    from grader.gradebook import Gradebook
    from grader.report import build_report

    roster = load_roster(groups)
    assignments = load_assignments(checkout / "assignments")
    if not gradebook.exists():
        raise ConfigurationError(
            f"{gradebook}: there is no gradebook yet; grade first: grader grade --cohort DIR"
        )
    with Gradebook(gradebook) as book:
        report, unknown = build_report(
            roster, book.stream(), assignments, aggregate=aggregate.value, now=now()
        )
    if unknown:
        err.print(f"not in {groups}: {', '.join(unknown)}", style="yellow", markup=False)
    return report

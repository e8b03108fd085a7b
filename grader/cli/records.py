"""`grader history`, `override`, `export`, `import`: what the gradebook holds, and other systems."""

import getpass
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.table import Table
from rich.text import Text

from grader.amounts import counted, points, scored
from grader.cli.common import err, gradebook_here, located, name_files, now, out, pick, root, write
from grader.cli.reporting import build, load_course, open_book
from grader.cli.terminals import write_document
from grader.course.assignment import load_assignments
from grader.course.roster import load_roster, normalize_key
from grader.errors import ConfigurationError
from grader.harmless import in_json

if TYPE_CHECKING:
    from grader.gradebook import Attempt, Gradebook, Override
    from grader.report import CourseReport

app = typer.Typer()

Book = Annotated[
    Path | None,
    typer.Option("--gradebook", help="Where attempts are (default: gradebook.sqlite)."),
]
Groups = Annotated[Path | None, typer.Option("--groups", help="The roster (default: groups.yaml).")]


class ExportFormat(StrEnum):
    """What the gradebook can be written as."""

    gradescope = "gradescope"
    junit = "junit"
    classroom50 = "classroom50"
    canvas = "canvas"
    csv = "csv"
    gradebook = "gradebook"


@app.command()
def history(
    member: Annotated[str, typer.Argument(help="A name or a login.")],
    gradebook: Book = None,
    groups: Groups = None,
) -> None:
    """Show a member's attempts over time, and what was set by hand."""
    gradebook, groups = gradebook or gradebook_here(), groups or located("groups.yaml")
    name_files(groups, gradebook)
    keys = load_roster(groups).keys(member)
    with open_book(gradebook) as book:
        attempts = [attempt for key in keys for attempt in book.attempts(key)]
        overrides = [one for one in book.overrides() if normalize_key(one.member) in keys]
    if not attempts and not overrides:
        raise ConfigurationError(f'{gradebook}: no attempts recorded for "{member}"')
    attempts.sort(key=lambda one: (one.submitted_at or one.graded_at, one.graded_at, one.id))
    out.print(_attempts_table(attempts), _overrides_table(overrides), highlight=False)


@app.command()
def override(
    member: Annotated[str, typer.Argument(help="A name or a login.")],
    assignment: Annotated[str, typer.Argument(help="An assignment, such as softmax.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept and shown to staff.")],
    score: Annotated[float | None, typer.Option("--score", min=0, help="Points.")] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Let the attempts decide again.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", help="Who sets it (default: your account).")
    ] = None,
    gradebook: Book = None,
    groups: Groups = None,
) -> None:
    """Set a member's score by hand; the attempts stay as they are."""
    from grader.gradebook import Override

    if (score is None) != withdraw:
        raise ConfigurationError("give a --score, or --withdraw what was set before")
    _, found = load_roster(groups or located("groups.yaml")).the(member)
    [one] = pick(load_assignments(root() / "assignments"), [assignment])
    if score is not None and score > one.points:
        raise ConfigurationError(
            f"{one.id} is worth {points(one.points)} points, not {points(score)}"
        )
    if not reason.strip():
        raise ConfigurationError("--reason is empty; say why, for whoever asks later")
    who = by or getpass.getuser()
    with open_book(gradebook or gradebook_here()) as book:
        book.override(
            Override(
                member=found.key, assignment=one.id, score=score, reason=reason, by=who, at=now()
            )
        )
    set_to = (
        "what the attempts say" if score is None else f"{points(score)} of {points(one.points)}"
    )
    out.print(f"{found.name}, {one.id}: {set_to}, by {who}", highlight=False, markup=False)


@app.command("export")
def export_(
    format: Annotated[ExportFormat, typer.Option("--format")],  # noqa: A002
    output: Annotated[
        Path | None, typer.Option("--output", help="A file; a folder for one file per member.")
    ] = None,
    gradebook: Book = None,
    groups: Groups = None,
    students: Annotated[
        Path | None,
        typer.Option("--students", help="canvas: a gradebook exported there, for its numbers."),
    ] = None,
    classroom: Annotated[
        str, typer.Option("--classroom", help="classroom50: the classroom's short name.")
    ] = "classroom",
    repository: Annotated[
        str | None, typer.Option("--repo", help="classroom50: OWNER/NAME, for links to commits.")
    ] = None,
) -> None:
    """Write what counts in another system's format: for staff.

    gradescope and classroom50 are a file for each member; gradebook is everything, to be read again
    by `grader import`.
    """
    from grader.export import counted_to_junit, counted_work, to_canvas
    from grader.report import render_long

    gradebook, groups = gradebook or gradebook_here(), groups or located("groups.yaml")
    name_files(groups, gradebook, root() / "assignments")
    with open_book(gradebook) as book:
        if format is ExportFormat.gradebook:
            _export_gradebook(book, output)
            return
        found = build(book, load_course(groups, root()))
        match format:
            case ExportFormat.junit:
                _deliver(counted_to_junit(counted_work(book, found)), output)
            case ExportFormat.csv:
                _deliver(render_long(found, staff=True), output, mark="\ufeff")
            case ExportFormat.canvas:
                text, missing = to_canvas(found, students)
                _deliver(text, output, mark="\ufeff")
                if missing:
                    err.print(f"not in {students}, left out: {', '.join(missing)}", style="yellow",
                              markup=False)  # fmt: skip
            case _:
                if output is None:
                    raise ConfigurationError(f"--format {format.value} needs a folder: --output")
                repository = repository or os.environ.get("GITHUB_REPOSITORY") or "OWNER/NAME"
                _deliver_files(_documents(book, found, format, classroom, repository), output)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What `grader export --format gradebook` wrote.")],
    gradebook: Book = None,
) -> None:
    """Add another gradebook's attempts and overrides.

    All that are new, or on an error none.
    """
    from grader.gradebook import Gradebook, import_gradebook

    with _opened(file) as lines, Gradebook(gradebook or gradebook_here()) as book:
        try:
            brought = import_gradebook(book, lines, source=str(file))
        except UnicodeDecodeError:
            raise ConfigurationError(f"{file} is not UTF-8; export it anew") from None
    out.print(f"{brought.new} new, {brought.known} already there", highlight=False)


def _attempts_table(attempts: "list[Attempt]") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="")
    for name in ("submitted (UTC)", "graded", "commit"):
        table.add_column(name)
    table.add_column("score", justify="right")
    table.add_column("assignments")
    for one in attempts:
        parts = ", ".join(
            f"{part.id} {scored(part.score, part.points)}"
            for part in one.result.assignments
            if part.handed_in
        )
        table.add_row(
            f"{one.submitted_at:%Y-%m-%d %H:%M}" if one.submitted_at else "not known",
            f"{one.graded_at:%m-%d %H:%M}",
            (one.commit or one.digest.removeprefix("sha256:"))[:7],
            points(one.result.score, one.result.points),
            Text(parts or "nothing handed in"),
        )
    return table


def _overrides_table(overrides: "list[Override]") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    for one in overrides:
        what = "withdrawn" if one.score is None else f"set to {points(one.score)}"
        words = f"{one.assignment} {what} by {one.by}: {one.reason}"
        table.add_row(f"{one.at:%Y-%m-%d %H:%M}", Text(words))
    return table


def _documents(
    book: "Gradebook", found: "CourseReport", form: ExportFormat, classroom: str, repository: str
) -> Iterator[tuple[str, object]]:
    """File name and document of every member, or every member and assignment."""
    from grader.export import counted_work, to_classroom50, to_gradescope

    for work in counted_work(book, found):
        # A name may hold what a file name cannot.
        name = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", work.member.key).lstrip(".")
        if form is ExportFormat.gradescope:
            yield f"{name}.json", to_gradescope(work)
        else:
            for assignment, document in to_classroom50(work, classroom, repository):
                yield f"{name}-{assignment}.json", document


def _deliver_files(documents: Iterator[tuple[str, object]], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be created: {error.strerror}") from None
    number = 0
    for name, document in documents:
        text = in_json(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))
        write(folder / name, text + "\n")
        number += 1
    out.print(f"{counted(number, 'file')} in {folder}", highlight=False, markup=False)


def _deliver(text: str, output: Path | None, *, mark: str = "") -> None:
    if output is None:
        write_document(text)
    else:
        write(output, mark + text)


def _export_gradebook(book: "Gradebook", output: Path | None) -> None:
    """Line by line, because it may be larger than the memory; a file whole or not at all."""
    from grader.gradebook import export_gradebook

    if output is None:
        for line in export_gradebook(book):
            write_document(line)
        return
    draft = output.with_name(f".{output.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(export_gradebook(book))
        draft.replace(output)
    except OSError as error:
        raise ConfigurationError(f"{output}: cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    try:
        opened = file.open(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    with opened:
        yield opened

"""`grader export`: what counts, in the formats of other systems."""

import json
import os
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted
from grader.cli.common import (
    Book,
    Groups,
    gradebook_here,
    located,
    name_files,
    out,
    root,
    warn,
    write,
)
from grader.cli.records import open_book
from grader.cli.reporting import build, load_course
from grader.cli.terminals import write_document
from grader.errors import ConfigurationError, naming
from grader.export import counted_to_junit, counted_work, to_canvas, to_classroom50, to_gradescope
from grader.gradebook import Gradebook, export_gradebook
from grader.harmless import in_json
from grader.report import CourseReport, render_long

app = typer.Typer()


class ExportFormat(StrEnum):
    """What the gradebook can be written as."""

    gradescope = "gradescope"
    junit = "junit"
    classroom50 = "classroom50"
    canvas = "canvas"
    csv = "csv"
    gradebook = "gradebook"


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
                    warn(f"not in {students}, left out: {', '.join(missing)}")
            case _:
                if output is None:
                    raise ConfigurationError(f"--format {format.value} needs a folder: --output")
                repository = repository or os.environ.get("GITHUB_REPOSITORY") or "OWNER/NAME"
                _deliver_files(_documents(book, found, format, classroom, repository), output)


def _documents(
    book: Gradebook, found: CourseReport, form: ExportFormat, classroom: str, repository: str
) -> Iterator[tuple[str, object]]:
    """File name and document of every member, or every member and assignment."""
    for work in counted_work(book, found):
        # A name may hold what a file name cannot.
        name = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", work.member.key).lstrip(".")
        if form is ExportFormat.gradescope:
            yield f"{name}.json", to_gradescope(work)
        else:
            for assignment, document in to_classroom50(work, classroom, repository):
                yield f"{name}-{assignment}.json", document


def _deliver_files(documents: Iterator[tuple[str, object]], folder: Path) -> None:
    with naming(folder, "created"):
        folder.mkdir(parents=True, exist_ok=True)
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


def _export_gradebook(book: Gradebook, output: Path | None) -> None:
    """Line by line, because it may be larger than the memory; a file whole or not at all."""
    if output is None:
        for line in export_gradebook(book):
            write_document(line)
        return
    write(output, export_gradebook(book))

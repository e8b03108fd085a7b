"""`grader history`, `override`, `import`: what the gradebook holds."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader.amounts import points, scored
from grader.cli.common import (
    Book,
    Groups,
    gradebook_here,
    located,
    name_files,
    now,
    out,
    root,
)
from grader.course.assignment import load_assignments, pick
from grader.course.roster import load_roster, normalize_key
from grader.errors import ConfigurationError, naming
from grader.gradebook import Attempt, Gradebook, Override, import_gradebook
from grader.terminal import assignment_block

app = typer.Typer()


@app.command()
def history(
    member: Annotated[str, typer.Argument(help="A name or a login.")],
    feedback: Annotated[
        bool, typer.Option("--feedback", help="The feedback on the latest attempts instead.")
    ] = False,
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
    if feedback:
        _show_feedback(attempts)
        return
    out.print(_attempts_table(attempts), _overrides_table(overrides), highlight=False)


@app.command()
def override(
    member: Annotated[str, typer.Argument(help="A name or a login.")],
    assignment: Annotated[str, typer.Argument(help="An assignment: its folder's name.")],
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


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What `grader export --format gradebook` wrote.")],
    gradebook: Book = None,
) -> None:
    """Add another gradebook's attempts and overrides.

    All that are new, or on an error none.
    """
    with naming(file):
        lines = file.open(encoding="utf-8-sig")
    with lines, Gradebook(gradebook or gradebook_here()) as book:
        try:
            brought = import_gradebook(book, lines, source=str(file))
        except UnicodeDecodeError:
            raise ConfigurationError(f"{file} is not UTF-8; export it anew") from None
    out.print(f"{brought.new} new, {brought.known} already there", highlight=False)


def open_book(gradebook: Path) -> Gradebook:
    """The gradebook in `gradebook`, which must exist."""
    if not gradebook.exists():
        raise ConfigurationError(
            f"{gradebook}: there is no gradebook yet; grade first: grader grade --cohort DIR"
        )
    return Gradebook(gradebook, create=False)


def _show_feedback(attempts: list[Attempt]) -> None:
    """What a student would read in a pull request, of each assignment's latest attempt."""
    latest = {
        part.id: (attempt, part)
        for attempt in attempts
        for part in attempt.result.assignments
        if part.handed_in
    }
    for attempt, part in latest.values():
        at = attempt.submitted_at
        when = (
            f"submitted {at:%Y-%m-%d %H:%M} UTC"
            if at
            else f"graded {attempt.graded_at:%m-%d %H:%M}"
        )
        out.print(f"\n{when}, {_commit(attempt)}", style="dim", highlight=False)
        out.print(assignment_block(part))
    if not latest:
        out.print("no attempt with code in it", highlight=False)


def _commit(attempt: Attempt) -> str:
    """Seven digits that name what was handed in."""
    return (attempt.commit or attempt.digest.removeprefix("sha256:"))[:7]


def _attempts_table(attempts: list[Attempt]) -> Table:
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
            _commit(one),
            points(one.result.score, one.result.points),
            Text(parts or "nothing handed in"),
        )
    return table


def _overrides_table(overrides: list[Override]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    for one in overrides:
        what = "withdrawn" if one.score is None else f"set to {points(one.score)}"
        words = f"{one.assignment} {what} by {one.by}: {one.reason}"
        table.add_row(f"{one.at:%Y-%m-%d %H:%M}", Text(words))
    return table

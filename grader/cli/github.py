"""`grader collect`, `grader keys`, `grader report --post`: staff's side of GitHub."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted
from grader.cli.common import err, gradebook_here, located, out, warn
from grader.course.roster import Roster, load_roster
from grader.errors import naming
from grader.github.client import Connection, connect, explained
from grader.github.collect import Bookmark
from grader.github.collect import collect as collect_into
from grader.github.issues import post_report
from grader.github.seal import new_keys, verify_key
from grader.gradebook import Gradebook
from grader.report import PublicReport

API = "https://api.github.com"
BOT = "github-actions[bot]"

app = typer.Typer()
keys = typer.Typer(help="The keys that results are signed with.", no_args_is_help=True)
app.add_typer(keys, name="keys")

Repo = Annotated[
    str | None, typer.Option("--repo", help="OWNER/NAME (GITHUB_REPOSITORY).", show_default=False)
]
Groups = Annotated[Path | None, typer.Option("--groups", help="The roster (groups.yaml).")]
Bot = Annotated[
    str | None,
    typer.Option("--bot", help=f"Who writes the grader's comments (staff's app, else {BOT})."),
]


@keys.callback()
def _group() -> None:
    """Keep `new` a sub-command, also while it is the only one."""


@keys.command()
def new(
    private: Annotated[
        Path | None, typer.Option("--private", help="Write the private key here, not on screen.")
    ] = None,
) -> None:
    """Make a pair of keys.

    The public one is for groups.yaml, the private one for the secret.
    """
    secret, public = new_keys()
    out.print(f"signing_key: {public}", highlight=False, markup=False, soft_wrap=True)
    if private is None:
        out.print(f"GRADER_SIGNING_KEY: {secret}", highlight=False, markup=False, soft_wrap=True)
    else:
        with naming(private, "created"):
            descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secret + "\n")
    err.print(
        "Put signing_key into groups.yaml, and the private key into the secret GRADER_SIGNING_KEY "
        "of the environment grader; nobody needs it elsewhere."
    )


@app.command()
def collect(
    repo: Repo = None,
    gradebook: Annotated[
        Path | None,
        typer.Option("--gradebook", help="Where attempts go (default: gradebook.sqlite)."),
    ] = None,
    groups: Groups = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read every comment again; notices deleted ones.")
    ] = False,
    bot: Bot = None,
) -> None:
    """Read the signed results of pull requests into the gradebook."""
    gradebook = gradebook or gradebook_here()
    roster = load_roster(groups or located("groups.yaml"))
    key, bot = verify_key(roster), writer_of(roster, bot)
    with connection_to(repo) as connection, Gradebook(gradebook) as book:
        place = gradebook.with_name(gradebook.name + ".collected")
        with Bookmark(place, connection.repository.id) as bookmark:
            done = collect_into(connection, book, bookmark, key, bot=bot, full=full)
    for sentence in done.rejected:
        warn(f"rejected: {sentence}")
    for number in done.missing:
        warn(f"#{number}: the grader's comment was deleted; what was collected stays")
    out.print(
        f"{counted(done.read, 'comment')} read, {counted(done.results, 'new result')}, "
        f"{len(done.rejected)} rejected",
        highlight=False,
    )


def post(
    report: PublicReport,
    roster: Roster,
    *,
    by_hand: Sequence[datetime],
    repo: str | None,
    dry_run: bool,
    bot: str = BOT,
) -> None:
    """Make the groups' issues say what `report` says; `--dry-run` prints the difference.

    `by_hand`: when each score was set by hand.
    """
    with connection_to(repo) as connection:
        authors = list(dict.fromkeys([bot, _own_login(connection)]))
        done = post_report(
            connection,
            report,
            authors=authors,
            mentioned=roster.mentioned(),
            formerly={group.name: group.formerly for group in roster.groups},
            by_hand=by_hand,
            dry_run=dry_run,
            on_done=lambda line: err.print(line, markup=False),
        )
    for difference in done.differences:
        out.print(difference, markup=False, highlight=False, soft_wrap=True)
    for notice in done.notices:
        warn(notice)
    would = "would be " if dry_run else ""
    out.print(
        f"{counted(len(done.created), 'issue')} {would}created, "
        f"{len(done.updated)} {would}updated, {len(done.unchanged)} unchanged",
        highlight=False,
    )


def writer_of(roster: Roster, bot: str | None) -> str:
    """Who writes the grader's comments: as `--bot` says, else staff's app, else the workflows."""
    return bot or (roster.staff.bot if roster.staff else BOT)


@contextmanager
def connection_to(repo: str | None, token: str | None = None) -> Iterator[Connection]:
    """The repository named by `--repo` or the environment, with this or its own token."""
    connection = connect(
        token or os.environ.get("GITHUB_TOKEN"),
        repo or os.environ.get("GITHUB_REPOSITORY"),
        os.environ.get("GITHUB_API_URL") or API,
    )
    with connection:
        if connection.renamed_from:
            warn(f"{connection.renamed_from} is now {connection.name}; use the new name")
        yield connection


def _own_login(connection: Connection) -> str:

    with explained("ask whose token it is", connection.name):
        return connection.own_login()

"""Comments → gradebook: all signed results once, and then whatever has changed.

Comments are read in the order of their last change, each page from where the last one ended, so a
comment that changes meanwhile moves ahead of the reader and is never skipped. How far the reading
went, and the newest sequence number of each pull request, are kept in a file beside the gradebook.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from github.IssueComment import IssueComment
from nacl.signing import VerifyKey

from grader.course.roster import normalize_key
from grader.errors import GradebookError
from grader.github.client import PAGE, Connection, explained, login_of
from grader.github.seal import MARK, Sealed, SealError, bound_to, unseal
from grader.gradebook import Gradebook

OVERLAP = timedelta(minutes=5)
"""Read again each time, because a list may show a change late."""

BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS reading (repository INTEGER PRIMARY KEY, upto TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS comments (
        repository INTEGER, pull_request INTEGER, comment INTEGER, sequence INTEGER,
        PRIMARY KEY (repository, pull_request)
    );
"""


@dataclass
class Collected:
    """What a reading found.

    Args:
        read: comments looked at.
        results: attempts that are new in the gradebook.
        rejected: sentences about comments that claim to be the grader's and are not, or no longer.
        missing: pull requests whose comment is gone; known only after a full reading.
    """

    read: int = 0
    results: int = 0
    rejected: list[str] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)


class Bookmark:
    """How far comments were read, in a file of its own; a context manager.

    Raises:
        GradebookError: the file cannot be used; so do all methods.
    """

    def __init__(self, path: Path, repository: int) -> None:
        self.path, self.repository = path, repository
        with self._explained():
            self._db = sqlite3.connect(path)
            try:
                self._db.executescript(_SCHEMA)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._db.close()

    def upto(self) -> datetime | None:
        """The moment up to which everything was read; None before the first reading."""
        with self._explained():
            row = self._db.execute(
                "SELECT upto FROM reading WHERE repository = ?", (self.repository,)
            ).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def known(self) -> dict[int, tuple[int, int]]:
        """For each pull request the id of its comment and the newest sequence number."""
        with self._explained():
            rows = self._db.execute(
                "SELECT pull_request, comment, sequence FROM comments WHERE repository = ?",
                (self.repository,),
            ).fetchall()
        return {number: (comment, sequence) for number, comment, sequence in rows}

    def save(self, upto: datetime, seen: dict[int, tuple[int, int]]) -> None:
        """Note that everything up to a moment was read and recorded, in one step."""
        rows = [(self.repository, number, *values) for number, values in seen.items()]
        with self._explained(), self._db:
            self._db.executemany("INSERT OR REPLACE INTO comments VALUES (?, ?, ?, ?)", rows)
            self._db.execute(
                "INSERT OR REPLACE INTO reading VALUES (?, ?)", (self.repository, upto.isoformat())
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise GradebookError(
                f"{self.path}: {error}; remove the file, everything is then read once more"
            ) from error


def collect(
    connection: Connection,
    book: Gradebook,
    bookmark: Bookmark,
    key: VerifyKey,
    *,
    bot: str,
    full: bool = False,
) -> Collected:
    """Read the signed results that are new into the gradebook; may be interrupted at any moment.

    Args:
        connection: to the repository.
        book: where attempts go.
        bookmark: how far the last reading went.
        key: the public key that results are signed with.
        bot: who the grader's comments are written by; what others write never counts.
        full: read everything again, which also notices deleted comments.

    Raises:
        GraderError: GitHub refuses, or the gradebook cannot be written.
    """
    done = Collected()
    known = bookmark.known()
    upto = bookmark.upto()
    start = BEGINNING if full or upto is None else upto - OVERLAP
    present: set[int] = set()
    for page in _pages(connection, start):
        seen: dict[int, tuple[int, int]] = {}
        with book.transaction():
            for comment in page:
                done.read += 1
                if not (comment.body or "").startswith(MARK):
                    continue
                number = thread_of(comment)
                sealed = _verified(comment, number, connection, key, bot, known, done)
                if normalize_key(login_of(comment.user)) == normalize_key(bot):
                    present.add(number)
                if sealed is None:
                    continue
                for attempt in reversed(sealed.attempts):
                    done.results += book.record(attempt.result)
                seen[number] = known[number] = comment.id, sealed.sequence
        # Only now: what was noted as read is in the gradebook.
        newest = max((comment.updated_at for comment in page), default=start)
        upto = max(upto or start, newest)
        bookmark.save(upto, seen)
    if full:
        done.missing = sorted(set(known) - present)
    return done


def _verified(
    comment: IssueComment,
    number: int,
    connection: Connection,
    key: VerifyKey,
    bot: str,
    known: dict[int, tuple[int, int]],
    done: Collected,
) -> Sealed | None:
    """What a comment proves; otherwise says in `done` why it proves nothing."""
    login = login_of(comment.user)
    if normalize_key(login) != normalize_key(bot):
        who = login or "a deleted account"
        done.rejected.append(f"#{number}: {who} wrote a comment like the grader's")
        return None
    try:
        sealed = unseal(comment.body, key)
    except SealError as error:
        done.rejected.append(f"#{number}: the grader's comment does not count: {error}")
        return None
    if sealed is None:
        return None
    if not bound_to(sealed, connection.repository.id, number):
        done.rejected.append(f"#{number}: the comment was copied from #{sealed.pull_request}")
        return None
    if number in known and sealed.sequence < known[number][1]:
        done.rejected.append(
            f"#{number}: an older comment was put back; the record keeps the newer"
        )
        return None
    return sealed


def _pages(connection: Connection, start: datetime) -> Iterator[list[IssueComment]]:
    """Pages of comments in the order of their last change, from `start` on.

    Each page is asked for by the time at which the last one ended, not by its number: numbers
    shift when a comment changes meanwhile.
    """
    read: dict[int, datetime] = {}
    since, number = start, 0
    while True:
        with explained("read the comments", connection.name):
            listing = connection.repository.get_issues_comments("updated", "asc", since)
            page = listing.get_page(number)
            fresh = [one for one in page if read.get(one.id) != one.updated_at]
            newest = max((one.updated_at for one in page), default=since)
        if fresh:
            yield fresh
        if len(page) < PAGE:
            return
        if newest > since:
            # Of what was read, only what shares the last second can come again.
            read = {one.id: one.updated_at for one in page if one.updated_at == newest}
            since, number = newest, 0
        else:
            # More than a page within one second: go on by number until the second is over.
            read |= {one.id: one.updated_at for one in page}
            number += 1


def thread_of(comment: IssueComment) -> int:
    """The number of the issue or pull request that a comment is on."""
    match = re.search(r"/(\d+)$", comment.issue_url)
    return int(match[1]) if match else 0

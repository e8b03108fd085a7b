"""The gradebook's file: opening, recording, reading."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.course.roster import normalize_key
from grader.errors import ConfigurationError, GradebookError
from grader.gradebook.entries import Attempt, Entry, Override
from grader.gradebook.opening import connect, connect_to_read, journal_mode, may_be_written
from grader.gradebook.schema import APPLICATION_ID, MIGRATIONS, statements
from grader.result import SubmissionResult


class Gradebook:
    """An open gradebook; a context manager that closes it.

    Several processes may have it open at once; writers wait for each other.

    Args:
        path: the file.
        create: whether to make it where it does not exist, and so to write in it; without, a file
            that may not be written can be read.

    Raises:
        GradebookError: no gradebook, damaged, of a newer version, or not to be written; so do
            all methods.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        if path.is_dir():
            raise GradebookError(f"{path} is a folder; name the gradebook's file")
        if not create and not path.exists():
            raise GradebookError(f"{path} does not exist; `grader grade --gradebook` makes one")
        self._writable = not path.exists() or may_be_written(path)
        if create and not self._writable:
            raise GradebookError(
                f"{path} cannot be written; make the file writable, and its folder"
            )
        with self._explained():
            self._db = connect(path) if self._writable else connect_to_read(path)
        try:
            with self._explained():
                self._prepare()
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
        self.close()

    def close(self) -> None:
        """Close the file; the gradebook cannot be used afterwards."""
        self._db.close()

    def record(self, result: SubmissionResult) -> bool:
        """Append an attempt; when this returns, it is on the disk.

        Returns:
            False, and nothing happens, when this very attempt is recorded already: the same files
            of the same member at the same commit, submitted and graded at the same times.

        Raises:
            GradebookError: also for a result without a member, or with an internal error.
        """
        if result.member is None:
            raise GradebookError(f"{self.path}: a result without a member cannot be recorded")
        if result.internal_error:
            raise GradebookError(
                f"{self.path}: the result of {result.member} has an internal error, so it is not "
                "recorded; grade it again"
            )
        values = (
            result.member,
            normalize_key(result.member),
            result.digest,
            result.environment.checks,
            result.commit,
            result.graded_at.isoformat(),
            result.submitted_at and result.submitted_at.isoformat(),
            result.to_json(),
        )
        with self._explained():
            cursor = self._db.execute(
                'INSERT INTO attempts (member, member_folded, digest, checks, "commit", graded_at,'
                " submitted_at, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values,
            )
            return cursor.rowcount == 1

    def attempts(self, member: str | None = None) -> list[Attempt]:
        """All attempts, or those of one member (any case and Unicode form), as recorded."""
        return list(self.stream(member))

    def stream(self, member: str | None = None) -> Iterator[Attempt]:
        """The same one by one, because thousands of full results need gigabytes together."""
        if member is None:
            yield from self._select("ORDER BY id")
        else:
            yield from self._select("WHERE member_folded = ? ORDER BY id", normalize_key(member))

    def numbered(self, numbers: Iterable[int]) -> Iterator[Attempt]:
        """The attempts with these numbers, one by one, in the order of the numbers."""
        for number in numbers:
            yield from self._select("WHERE id = ?", number)

    def find(
        self, member: str | None, digest: str, commit: str | None, checks: str
    ) -> SubmissionResult | None:
        """The result of these files of this member with these checks, if there is one.

        Without `commit`, at any.
        """
        if member is None:
            return None
        found = self._select(
            "WHERE member_folded = ? AND digest = ? AND checks = ?"
            ' AND (? IS NULL OR "commit" = ?) ORDER BY id DESC LIMIT 1',
            *(normalize_key(member), digest, checks, commit, commit),
        )
        return next((attempt.result for attempt in found), None)

    def entries(self) -> Iterator[Entry]:
        """What reports need of every attempt, as recorded; takes memory for one at a time."""
        query = (
            'SELECT id, member, digest, "commit", graded_at, submitted_at,'
            " assignment, score, handed_in, files, judged_by"
            " FROM attempts LEFT JOIN scores ON attempt = id ORDER BY id"
        )
        with self._explained():
            for _, rows in groupby(self._db.execute(query), key=itemgetter(0)):
                scores: dict[str, float | None] = {}
                files: dict[str, str] = {}
                judged_by: dict[str, str] = {}
                for row in rows:
                    if row[6] is not None:
                        scores[row[6]] = row[7] if row[8] else None
                        if row[9] is not None:
                            files[row[6]] = row[9]
                        judged_by[row[6]] = row[10]
                number, member, digest, commit, graded, submitted = row[:6]
                moments = (
                    datetime.fromisoformat(graded),
                    submitted and datetime.fromisoformat(submitted),
                )
                yield Entry(number, member, digest, commit, *moments, scores, files, judged_by)

    def override(self, override: Override) -> None:
        """Append a score set by hand; when this returns, it is on the disk."""
        values = (*override.model_dump(exclude={"at"}).values(), override.at.isoformat())
        with self._explained():
            self._db.execute(
                "INSERT INTO overrides (member, assignment, score, reason, by, at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )

    def overrides(self) -> list[Override]:
        """Every override, also those that were replaced or taken back, in the order they came."""
        query = "SELECT member, assignment, score, reason, by, at FROM overrides ORDER BY id"
        names = ("member", "assignment", "score", "reason", "by")
        with self._explained():
            return [
                Override(**dict(zip(names, row, strict=False)), at=datetime.fromisoformat(row[5]))
                for row in self._db.execute(query)
            ]

    def result_texts(self, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Number and result of these attempts, as JSON that nobody has looked into."""
        with self._explained():
            for number in numbers:
                query = "SELECT id, result FROM attempts WHERE id = ?"
                yield from self._db.execute(query, (number,))

    def note_report(self, at: datetime) -> None:
        """Remember that a report was written, so that the next one can say what has changed."""
        if not self._writable:  # nobody has to write in order to read
            return
        with self._explained():
            self._db.execute("INSERT INTO reports (at) VALUES (?)", (at.isoformat(),))

    def last_report(self) -> datetime | None:
        """When the last report was written."""
        with self._explained():
            row = self._db.execute("SELECT at FROM reports ORDER BY id DESC LIMIT 1").fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is recorded inside, or nothing of it."""
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                # A full disk has already undone it.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _select(self, which: str, *values: object) -> Iterator[Attempt]:
        query = f'SELECT id, member, digest, "commit", result FROM attempts {which}'
        with self._explained():
            for row in self._db.execute(query, values):
                yield self._attempt(*row)

    def _attempt(
        self, number: int, member: str, digest: str, commit: str | None, text: str
    ) -> Attempt:
        try:
            result = SubmissionResult.parse(text)
        except ConfigurationError as error:
            raise GradebookError(
                f"{self.path} is damaged: attempt {number} is not a result; restore a copy"
            ) from error
        moments = result.graded_at, result.submitted_at
        return Attempt(number, member, digest, commit, *moments, result)

    def _prepare(self) -> None:
        """Check that the file is ours and whole, and bring its schema up to date."""
        # Before anything is written: the file may belong to another program.
        if self._pragma("quick_check(1)") != "ok":
            raise GradebookError(f"{self.path} is damaged; restore a copy")
        self._db.execute("PRAGMA synchronous = FULL")
        if not self._writable:
            if self._version() < len(MIGRATIONS):
                raise GradebookError(
                    f"{self.path} was written by an older grader and cannot be written here; "
                    "copy it to a folder of your own"
                )
            return
        if self._version() < len(MIGRATIONS):
            # Only one of several processes that open a new file may make the tables.
            with self.transaction():
                for version in range(self._version(), len(MIGRATIONS)):
                    for statement in statements(MIGRATIONS[version]):
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {version + 1}")
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        mode = journal_mode(self.path)
        if self._pragma("journal_mode") != mode:
            # While others open the same new file this fails at once; then one of them does it.
            with suppress(sqlite3.OperationalError):
                self._db.execute(f"PRAGMA journal_mode = {mode}")
        # Where `connect` had to keep others out; the next statement lets them in.
        self._db.execute("PRAGMA locking_mode = NORMAL")
        self._pragma("user_version")

    def _version(self) -> int:
        """The file's schema version, 0 for a new file; refuses what this program cannot read."""
        version = int(self._pragma("user_version"))
        tables = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if int(self._pragma("application_id")) != APPLICATION_ID and (tables or version):
            raise GradebookError(f"{self.path} belongs to another program; name another file")
        if version > len(MIGRATIONS):
            raise GradebookError(
                f"{self.path} was written by a newer grader (version {version}); update the grader"
            )
        return version

    def _pragma(self, name: str) -> str:
        return str(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's errors as sentences that name the file and say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            advice = {
                sqlite3.SQLITE_NOTADB: "is not a gradebook; name another file",
                sqlite3.SQLITE_CORRUPT: "is damaged; restore a copy",
                sqlite3.SQLITE_BUSY: "is in use by another process; try again when it is done",
                sqlite3.SQLITE_FULL: "cannot be written: the disk is full; make room",
                sqlite3.SQLITE_CANTOPEN: "cannot be opened; does its folder exist, writable?",
                sqlite3.SQLITE_READONLY: "cannot be written; make the file and its folder writable",
            }
            # The low byte is the kind of error, the rest its details.
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            sentence = advice.get(code, f"cannot be used: {error}")
            raise GradebookError(f"{self.path} {sentence}") from error

"""The gradebook's file: opening, recording, reading."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.course.roster import normalize_key
from grader.errors import ConfigurationError, GradebookError
from grader.gradebook.entries import Attempt, Entries, Override
from grader.gradebook.opening import connect, connect_to_read, explained, may_be_written
from grader.gradebook.packing import packed, split
from grader.gradebook.parts import Texts, insert_parts
from grader.gradebook.upgrade import prepare, whole
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
                prepare(self._db, path, writable=self._writable)
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
        checks = result.environment.checks
        head, parts = split(result.to_json(), checks)
        values = (
            result.member,
            normalize_key(result.member),
            result.digest,
            checks,
            result.commit,
            result.graded_at.isoformat(),
            result.submitted_at and result.submitted_at.isoformat(),
            packed(head),
        )
        with self._explained(), nullcontext() if self._db.in_transaction else self.transaction():
            cursor = self._db.execute(
                'INSERT INTO attempts (member, member_folded, digest, checks, "commit", graded_at,'
                " submitted_at, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values,
            )
            if cursor.rowcount != 1:
                return False
            assert cursor.lastrowid is not None
            insert_parts(self._db, cursor.lastrowid, parts)
            return True

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

    def judged(self) -> set[tuple[str, str, str, str]]:
        """What was graded: member, folded as keys are compared, assignment, files, judged by."""
        query = (
            "SELECT member_folded, assignment, files, judged_by FROM attempts"
            " JOIN scores ON attempt = id WHERE files IS NOT NULL"
        )
        with self._explained():
            return set(self._db.execute(query))

    def entries(self) -> Entries:
        """What reports need of every attempt, as recorded."""
        moment = datetime.fromisoformat
        attempts = 'SELECT id, member, digest, "commit", graded_at, submitted_at FROM attempts'
        scores = "SELECT attempt, check_list, CASE WHEN handed_in THEN score END, files FROM parts"
        lists = "SELECT id, assignment, judged_by FROM check_lists"
        with self._explained(), self._snapshot():
            found = [
                (*row, moment(graded), submitted and moment(submitted))
                for *row, graded, submitted in self._db.execute(f"{attempts} ORDER BY id")
            ]
            places = {row[0]: place for place, row in enumerate(found)}
            rows = [
                (places[attempt], number, score, files)
                for attempt, number, score, files in self._db.execute(scores)
            ]
            about = {number: (name, digest) for number, name, digest in self._db.execute(lists)}
        return Entries(found, rows, about)

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

    def verdicts(self, counted: Iterable[tuple[int, str]]) -> list[tuple[str, str, str, int]]:
        """How often checks ended alike in these attempts at these assignments.

        Each is the assignment, `Part.checks`, `Part.verdicts`, and how many there are.
        """
        return self._counted(
            "check_lists.assignment, checks, verdicts, count(*)", counted,
            "GROUP BY check_lists.id, verdicts ORDER BY check_lists.id",
        ).fetchall()  # fmt: skip

    def measured(self, counted: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
        """Attempt, assignment and result there, as JSON, where there are metrics."""
        texts = Texts(self._db)
        columns = "counted.attempt, check_lists.assignment, check_list, part"
        rows = self._counted(columns, counted, "WHERE measured ORDER BY counted.attempt")
        for attempt, assignment, *part in rows:
            with self._readable(attempt):
                yield attempt, assignment, texts.part(*part)

    def _counted(
        self, columns: str, counted: Iterable[tuple[int, str]], rest: str
    ) -> sqlite3.Cursor:
        query = (
            "WITH counted (attempt, assignment) AS"
            " (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"
            f" SELECT {columns} FROM counted JOIN parts ON parts.attempt = counted.attempt"
            " JOIN check_lists ON check_lists.id = check_list"
            f" AND check_lists.assignment = counted.assignment {rest}"
        )
        with self._explained():
            return self._db.execute(query, (json.dumps(list(counted)),))

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
        with self._explained(), whole(self._db):
            yield

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Several queries see the same, whoever records meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def _select(self, which: str, *values: object) -> Iterator[Attempt]:
        query = f'SELECT id, member, digest, "commit", result FROM attempts {which}'
        texts = Texts(self._db)
        with self._explained():
            for number, member, digest, commit, head in self._db.execute(query, values):
                with self._readable(number):
                    result = SubmissionResult.parse(texts.result(number, head))
                moments = result.graded_at, result.submitted_at
                yield Attempt(number, member, digest, commit, *moments, result)

    @contextmanager
    def _readable(self, attempt: int) -> Iterator[None]:
        try:
            yield
        except (ConfigurationError, ValueError) as error:
            raise GradebookError(
                f"{self.path} is damaged: attempt {attempt} is not a result; restore a copy"
            ) from error

    def _pragma(self, name: str) -> str:
        return str(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self.path):
            yield

"""The parts of results in the gradebook's tables: written, put together, made of old results."""

import sqlite3
from collections.abc import Iterable

from grader.gradebook.packing import Part, join, packed, split, unpacked
from grader.gradebook.schema import SEALS, statements


class Texts:
    """Puts results together again; remembers the examples, which are few."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._examples: dict[int, str] = {}

    def result(self, attempt: int, head: bytes) -> str:
        """The JSON of an attempt's result.

        Raises:
            ValueError: what is stored cannot be read.
        """
        query = "SELECT check_list, part FROM parts WHERE attempt = ? ORDER BY place"
        rows = self._db.execute(query, (attempt,)).fetchall()
        return join(unpacked(head), [self.part(*row) for row in rows])

    def part(self, check_list: int, content: bytes) -> str:
        """The JSON of a result at one assignment; raises what `result` does."""
        if check_list not in self._examples:
            query = "SELECT example FROM check_lists WHERE id = ?"
            [self._examples[check_list]] = self._db.execute(query, (check_list,)).fetchone()
        return unpacked(content, self._examples[check_list])


def insert_parts(db: sqlite3.Connection, attempt: int, parts: Iterable[Part]) -> None:
    """Write the parts of an attempt's result."""
    for place, part in enumerate(parts):
        known = part.assignment, part.judged_by, part.checks
        db.execute(
            "INSERT INTO check_lists (assignment, judged_by, checks, example)"
            " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (*known, part.text),
        )
        query = (
            "SELECT id, example FROM check_lists WHERE assignment = ? AND judged_by = ?"
            " AND checks = ?"
        )
        check_list, example = db.execute(query, known).fetchone()
        db.execute(
            "INSERT INTO parts (attempt, check_list, place, score, handed_in, files, verdicts,"
            " measured, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (attempt, check_list, place, part.score, part.handed_in, part.files, part.verdicts,
             part.measured, packed(part.text, example)),
        )  # fmt: skip


def pack_results(db: sqlite3.Connection) -> None:
    """Pack results that are stored as JSON, in the place of each; the end of a migration.

    Raises:
        ValueError: one of them is none; it names the attempt.
    """
    for (attempt,) in db.execute("SELECT id FROM attempts ORDER BY id").fetchall():
        row = db.execute("SELECT result, checks FROM attempts WHERE id = ?", (attempt,)).fetchone()
        try:
            head, parts = split(*row)
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"attempt {attempt} is not a result") from None
        db.execute("UPDATE attempts SET result = ? WHERE id = ?", (packed(head), attempt))
        insert_parts(db, attempt, parts)
    for statement in statements(SEALS):
        db.execute(statement)

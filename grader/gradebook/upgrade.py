"""An open file made ready: it is ours, whole, and its tables are those of this version."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import GradebookError
from grader.gradebook.opening import journal_mode
from grader.gradebook.parts import pack_results
from grader.gradebook.schema import APPLICATION_ID, MIGRATIONS, PACKED, statements


@contextmanager
def whole(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction: all that is written inside, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk has already undone it.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def prepare(db: sqlite3.Connection, path: Path, *, writable: bool) -> None:
    """Check the file, and bring its tables up to date.

    Raises:
        GradebookError: it is another program's, damaged, or of another version.
        sqlite3.Error: as SQLite says.
    """
    # Before anything is written: the file may belong to another program.
    if _pragma(db, "quick_check(1)") != "ok":
        raise GradebookError(f"{path} is damaged; restore a copy")
    db.execute("PRAGMA synchronous = FULL")
    if not writable:
        if _version(db, path) < len(MIGRATIONS):
            raise GradebookError(
                f"{path} was written by an older grader and cannot be written here; "
                "copy it to a folder of your own"
            )
        return
    if (before := _version(db, path)) < len(MIGRATIONS):
        _migrate(db, path)
    mode = journal_mode(path)
    if _pragma(db, "journal_mode") != mode:
        # While others open the same new file this fails at once; then one of them does it.
        with suppress(sqlite3.OperationalError):
            db.execute(f"PRAGMA journal_mode = {mode}")
    if 0 < before < PACKED:
        with suppress(sqlite3.OperationalError):  # it is as good as it was, only larger
            db.execute("VACUUM")
    # Where `connect` had to keep others out; the next statement lets them in.
    db.execute("PRAGMA locking_mode = NORMAL")
    _pragma(db, "user_version")


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    # Only one of several processes that open a new file may make the tables.
    with whole(db):
        for version in range(_version(db, path), len(MIGRATIONS)):
            for statement in statements(MIGRATIONS[version]):
                db.execute(statement)
            if version + 1 == PACKED:
                try:
                    pack_results(db)
                except ValueError as error:
                    raise GradebookError(f"{path} is damaged: {error}; restore a copy") from None
            db.execute(f"PRAGMA user_version = {version + 1}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _version(db: sqlite3.Connection, path: Path) -> int:
    """The file's schema version, 0 for a new file; refuses what this program cannot read."""
    version = int(_pragma(db, "user_version"))
    tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if int(_pragma(db, "application_id")) != APPLICATION_ID and (tables or version):
        raise GradebookError(f"{path} belongs to another program; name another file")
    if version > len(MIGRATIONS):
        raise GradebookError(
            f"{path} was written by a newer grader (version {version}); update the grader"
        )
    return version


def _pragma(db: sqlite3.Connection, name: str) -> str:
    return str(db.execute(f"PRAGMA {name}").fetchone()[0])

"""Opening the gradebook's file: to write or only to read, on a local disk or a network's; what may
go wrong with it, in a sentence.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import GradebookError

BUSY_SECONDS = 30.0

_LOCAL = frozenset(
    [
        "bcachefs",
        "btrfs",
        "ext2",
        "ext3",
        "ext4",
        "f2fs",
        "jfs",
        "overlay",
        "ramfs",
        "tmpfs",
        "xfs",
        "zfs",
    ]
)
_MOUNTS = Path("/proc/self/mounts")
_WAL = 2  # in the bytes 18 and 19 of the file: sqlite.org/fileformat2.html


def may_be_written(path: Path) -> bool:
    """Whether this process may write the file, and make its journal beside it."""
    return os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that writes; what it needs of the file system is known to be there.

    Raises:
        sqlite3.Error: as SQLite says.
    """
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    if journal_mode(path) != "wal" and _is_wal(path):
        # Another machine's journal: without memory that is shared, one process alone can take it.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
    return db


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file that this process may not write, or in a folder where it may not.

    Raises:
        GradebookError: part of it lies in a journal that only a writer can take in.
        sqlite3.Error: as SQLite says.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(uri, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
    try:
        db.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.OperationalError:  # the journal needs files beside it
        db.close()
        for end in ("-wal", "-journal"):
            rest = path.with_name(path.name + end)
            if rest.exists() and rest.stat().st_size:
                raise GradebookError(
                    f"{path} is not complete without {rest.name}, which only a process that may "
                    "write can take in; copy both to a folder of your own"
                ) from None
        # Nobody writes, so nobody needs to be waited for.
        db = sqlite3.connect(f"{uri}&immutable=1", isolation_level=None, uri=True)
    return db


def journal_mode(path: Path) -> str:
    """`wal`, so that readers never wait for a writer, or `delete` where that is not safe.

    WAL needs memory that all who open the file share, which network file systems lack, and some
    only seem to have: sqlite.org/wal.html. Where nothing is known of the file system it is taken
    for one of these.
    """
    return "wal" if _file_system(path) in _LOCAL else "delete"


@contextmanager
def explained(path: Path) -> Iterator[None]:
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
        raise GradebookError(f"{path} {sentence}") from error


def _file_system(path: Path) -> str | None:
    """The kind of file system that `path` lies on, such as ext4 or nfs4; None: not known."""
    place = path.absolute().parent.resolve()
    kind, above = None, -1
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:  # not Linux
        return None
    for line in lines:
        _, escaped, found, *_ = line.split(" ")
        point = Path(escaped.replace(r"\040", " ").replace(r"\011", "\t").replace(r"\134", "\\"))
        # The last of several at one point lies over the others.
        if place.is_relative_to(point) and len(point.parts) >= above:
            kind, above = found, len(point.parts)
    return kind


def _is_wal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == bytes([_WAL, _WAL])
    except OSError:
        return False

"""What lies beside the attempts: scores, overrides, reports; moving a gradebook; old versions."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fabricated import START, fill, result, roster
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.errors import ConfigurationError, GradebookError
from grader.gradebook import (
    MIGRATIONS,
    Entry,
    Gradebook,
    Override,
    check_outcomes,
    export_gradebook,
    import_gradebook,
    opening,
    training_metrics,
)
from grader.gradebook.schema import APPLICATION_ID, statements
from grader.result import AssignmentResult, SubmissionResult, Verdict

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def override(score: float | None = 5, minutes: int = 0, reason: str = "was ill") -> Override:
    """A score set by hand."""
    at = NOON + timedelta(minutes=minutes)
    return Override(member="강 건", assignment="iris", score=score, reason=reason, by="ta", at=at)


def entry(number: int, result: SubmissionResult) -> Entry:
    """What a report needs, straight from the result."""
    assert result.member is not None
    scores = {one.id: one.score if one.handed_in else None for one in result.assignments}
    moments = result.graded_at, result.submitted_at
    judged_by = {one.id: one.judged_by or result.environment.checks for one in result.assignments}
    files = {one.id: one.digest for one in result.assignments if one.digest}
    return Entry(number, result.member, result.digest, result.commit, *moments, scores, files,
                 judged_by)  # fmt: skip


def mixed(number: int, member: str = "x") -> SubmissionResult:
    """A result with an assignment passed, one failed at zero, one untouched and one left out."""
    parts = tuple(
        AssignmentResult(id=name, verdict=verdict, score=0, points=10, seconds=0, checks=())
        for name, verdict in (
            ("failed", Verdict.FAILED),
            ("stub", Verdict.NOT_IMPLEMENTED),
            ("none", Verdict.SKIPPED),
        )
    )
    base = result(member, number, 0.5, Random(number), START)
    points = base.points + 30
    return base.model_copy(update={"assignments": base.assignments + parts, "points": points})


def test_entries_are_what_the_results_say(tmp_path: Path) -> None:
    """Scores that reports read are those of the full results; what was not handed in is None."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        for number in range(1, 6):
            book.record(mixed(number))
        expected = [entry(attempt.id, attempt.result) for attempt in book.stream()]
        assert list(book.entries()) == expected
        assert expected[0].scores["failed"] == 0
        assert expected[0].scores["stub"] is expected[0].scores["none"] is None


def test_an_attempt_without_assignments_is_an_entry(tmp_path: Path) -> None:
    """Nothing handed in is an attempt all the same."""
    empty = result("x", 1, 0.5, Random(1), START).model_copy(
        update={"assignments": (), "score": 0.0, "points": 0.0}
    )
    with Gradebook(tmp_path / "book.sqlite") as book:
        book.record(empty)
        [found] = book.entries()
        assert (found.member, found.scores) == ("x", {})


def test_migration_of_the_first_version(tmp_path: Path) -> None:
    """A gradebook of version 1 is brought up to date with all its scores, and nothing is lost."""
    path = tmp_path / "book.sqlite"
    old = sqlite3.connect(path)
    for statement in statements(MIGRATIONS[0]):
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    results = [mixed(number) for number in range(1, 4)]
    for one in results:
        old.execute(
            "INSERT INTO attempts (member, member_folded, digest, checks, graded_at, submitted_at,"
            " result) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(one.member, one.member, one.digest, "c"),
                *(one.graded_at.isoformat(), START.isoformat(), one.to_json()),
            ),
        )
    old.commit()
    old.close()
    with Gradebook(path) as book:
        assert list(book.entries()) == [entry(n, one) for n, one in enumerate(results, start=1)]
        assert [attempt.result for attempt in book.stream()] == results
        assert book.overrides() == []
        assert book.record(mixed(9))
        assert len(list(book.entries())) == 4


def test_a_migration_is_made_wholly_or_not_at_all(tmp_path: Path) -> None:
    """An old gradebook with a result that is none stays as it was, and the error says so."""
    path = tmp_path / "book.sqlite"
    old = sqlite3.connect(path)
    for statement in statements(MIGRATIONS[0]):
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute(
        "INSERT INTO attempts (member, member_folded, digest, checks, graded_at, result)"
        " VALUES ('x', 'x', 'd', 'c', 'now', '{half')"
    )
    old.commit()
    with pytest.raises(GradebookError, match=r"book\.sqlite cannot be used: malformed JSON"):
        Gradebook(path)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    tables = old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert ("scores",) not in tables
    old.close()


def test_overrides_are_kept(tmp_path: Path) -> None:
    """Every override is kept with reason, author and time, also the replaced and withdrawn."""
    path = tmp_path / "book.sqlite"
    made = [override(), override(7, 1), override(None, 2, "recovered")]
    with Gradebook(path) as book:
        for one in made:
            book.override(one)
    with Gradebook(path) as book:
        assert book.overrides() == made
        assert book.attempts() == []
    other = sqlite3.connect(path)
    for statement in ("DELETE FROM overrides", "UPDATE overrides SET score = 9"):
        with pytest.raises(sqlite3.IntegrityError, match="overrides are never"):
            other.execute(statement)
    other.close()


@pytest.mark.parametrize(
    "change", [{"reason": "  "}, {"score": -1}, {"by": ""}, {"score": float("nan")}]
)
def test_faulty_override(change: dict[str, object]) -> None:
    """An override needs a reason, an author and a score that is one."""
    with pytest.raises(ValidationError):
        Override(**(override().model_dump() | change))


def test_last_report(tmp_path: Path) -> None:
    """The gradebook remembers when a report was last written."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        assert book.last_report() is None
        book.note_report(NOON)
        book.note_report(NOON + timedelta(days=1))
        assert book.last_report() == NOON + timedelta(days=1)


def test_outcomes(tmp_path: Path) -> None:
    """How checks ended is counted in the attempts and assignments that are asked for."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        for number in range(1, 5):
            book.record(result(f"m{number}", number, 0.5, Random(number), START))
        results = {attempt.id: attempt.result for attempt in book.stream()}
        found = check_outcomes(book, [(1, "iris"), (3, "iris"), (3, "mnist")])
        assert check_outcomes(book, []) == []
    expected: dict[tuple[str, str, Verdict], int] = {}
    for number, name in ((1, "iris"), (3, "iris"), (3, "mnist")):
        [part] = [one for one in results[number].assignments if one.id == name]
        for check in part.checks:
            key = name, check.id, check.verdict
            expected[key] = expected.get(key, 0) + 1
    assert {(one.assignment, one.check, one.verdict): one.number for one in found} == expected
    assert {one.hidden for one in found} == {True, False}
    numbers = [one.number for one in found]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE parts SET verdicts = replace(verdicts, 'p', 'x')",
        "UPDATE parts SET verdicts = substr(verdicts, 2)",
        "UPDATE check_lists SET checks = '[[1]]'",
        "UPDATE check_lists SET checks = '[half'",
    ],
)
def test_outcomes_that_are_damaged(tmp_path: Path, damage: str) -> None:
    """What cannot be read of how checks ended is damage, named with its assignment."""
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        book.record(result("x", 1, 1.0, Random(1), START))
        unsealed(book).execute(damage)
    with Gradebook(path) as book, pytest.raises(GradebookError, match="how checks of iris ended"):
        check_outcomes(book, [(1, "iris")])


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE parts SET part = substr(part, 1, length(part) - 3)",
        "UPDATE parts SET part = CAST(substr(part, 1, 20) || x'ff' || substr(part, 22) AS BLOB)",
        "UPDATE parts SET part = 'text'",
        "UPDATE check_lists SET example = 'another'",
    ],
)
def test_a_part_that_is_damaged(tmp_path: Path, damage: str) -> None:
    """A part that is not what was written is damage, named with its attempt, never other values."""
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        book.record(result("x", 1, 1.0, Random(1), START))
        book.record(result("x", 2, 0.5, Random(2), START))
        unsealed(book).execute(damage)
        with pytest.raises(GradebookError, match="attempt 1 is not a result"):
            training_metrics(book, [(1, "iris")])
        with pytest.raises(GradebookError, match="attempt 2 is not a result"):
            list(book.numbered([2]))


def unsealed(book: Gradebook) -> sqlite3.Connection:
    """The gradebook's connection, which may now change what is never changed."""
    for name in ("parts", "check_lists", "attempts"):
        book._db.execute(f"DROP TRIGGER {name}_are_not_changed")
    return book._db


def test_what_repeats_is_stored_once(tmp_path: Path) -> None:
    """A result that is like others takes a tenth of its JSON, and comes back as it was."""
    path = tmp_path / "book.sqlite"
    results = [result("x", number, 0.6, Random(number), START) for number in range(100)]
    with Gradebook(path) as book:
        for one in results:
            book.record(one)
        assert [attempt.result for attempt in book.stream()] == results
    assert path.stat().st_size < 0.15 * sum(len(one.to_json()) for one in results)


def exported(path: Path) -> list[str]:
    """The lines of a gradebook."""
    with Gradebook(path) as book:
        return list(export_gradebook(book))


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    """A gradebook with attempts and overrides."""
    path = tmp_path / "book.sqlite"
    fill(path, roster(2), 12)
    with Gradebook(path) as book:
        book.override(override())
        book.override(override(None, 5))
    return path


def test_export_and_import(tmp_path: Path, book_path: Path) -> None:
    """What was exported and imported is the same gradebook; once more, nothing is new."""
    lines = exported(book_path)
    with Gradebook(tmp_path / "copy.sqlite") as book:
        first = import_gradebook(book, lines, source="x")
        again = import_gradebook(book, lines, source="x")
        assert (first.new, first.known, again.new, again.known) == (14, 0, 0, 14)
    assert exported(tmp_path / "copy.sqlite") == lines


def test_two_gradebooks_become_one(tmp_path: Path, book_path: Path) -> None:
    """Importing into a gradebook with attempts of its own adds what is new."""
    with Gradebook(tmp_path / "other.sqlite") as book:
        book.record(mixed(500))
        book.record(next(Gradebook(book_path).stream()).result)
        brought = import_gradebook(book, exported(book_path), source="x")
        assert (brought.new, brought.known) == (13, 1)
        assert len(book.attempts()) == 13


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_half_a_file_imports_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut anywhere, a file is refused by name and the gradebook stays as it was."""
    folder = tmp_path_factory.mktemp("half")
    fill(folder / "book.sqlite", roster(1), 3)
    text = "".join(exported(folder / "book.sqlite"))
    cut = data.draw(st.integers(0, len(text) - 2))
    with Gradebook(folder / "new.sqlite") as book:
        with pytest.raises(ConfigurationError, match=r"saved\.jsonl"):
            import_gradebook(book, text[:cut].splitlines(keepends=True), source="saved.jsonl")
        assert book.attempts() == []


@pytest.mark.parametrize(
    ("number", "line", "message"),
    [
        (0, "member,score\n", "line 1: not a record"),
        (0, '{"schema": "grader/gradebook/v9"}\n', "v9 is not grader/gradebook/v1; update"),
        (1, "{half\n", "line 2: not a record"),
        (1, '{"attempt": {"schema": "grader/result/v1"}}\n', "line 2 is not valid: digest"),
        (1, '{"override": {"member": "x"}}\n', "line 2: not an override"),
        (1, '{"virus": 1}\n', 'line 2: unknown record "virus"'),
        (1, '{"schema": "grader/gradebook/v1"}\n', "line 2: schema is out of place"),
        (1, '{"end": 14}\n', "line 3: attempt is out of place"),
        (15, '{"end": 13}\n', "is not whole"),
    ],
)
def test_faulty_import(
    tmp_path: Path, book_path: Path, number: int, line: str, message: str
) -> None:
    """Each fault is named with its line, and nothing is imported."""
    lines = exported(book_path)
    lines[number] = line
    with Gradebook(tmp_path / "new.sqlite") as book:
        with pytest.raises(ConfigurationError, match=message):
            import_gradebook(book, lines, source="f")
        assert book.attempts() == []
        assert import_gradebook(book, exported(book_path), source="f").new == 14


def test_a_disk_that_is_full_while_importing(tmp_path: Path, book_path: Path) -> None:
    """The import is refused as a whole, what was there stays, and later it can be done."""
    path = tmp_path / "small.sqlite"
    with Gradebook(path) as book:
        book.record(mixed(500))
        pages = int(book._pragma("page_count"))
        book._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(GradebookError, match="the disk is full; make room"):
            import_gradebook(book, exported(book_path), source="f")
        assert len(book.attempts()) == 1
        assert book._pragma("integrity_check") == "ok"
        book._db.execute("PRAGMA max_page_count = 100000")
        assert import_gradebook(book, exported(book_path), source="f").new == 14


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_device_that_is_full() -> None:
    """What cannot hold a gradebook is refused by name."""
    with pytest.raises(GradebookError, match="/dev/full"):
        Gradebook(Path("/dev/full"))


def test_a_reader_while_another_writes(tmp_path: Path, book_path: Path) -> None:
    """A gradebook open twice: the reader sees what is committed, and neither waits for ever."""
    with Gradebook(book_path) as writer, Gradebook(book_path, create=False) as reader:
        with writer.transaction():
            writer.record(mixed(500))
            assert len(list(reader.entries())) == 12
        assert len(list(reader.entries())) == 13


def test_a_report_sees_one_moment(book_path: Path) -> None:
    """What is recorded between two queries of a report is in the next one, whole."""
    with Gradebook(book_path) as writer, Gradebook(book_path, create=False) as reader:

        def record(query: str) -> None:
            if "FROM parts" in query:
                reader._db.set_trace_callback(None)
                writer.record(mixed(500))

        before = list(reader.entries())
        reader._db.set_trace_callback(record)
        assert list(reader.entries()) == before
        assert len(list(reader.entries())) == len(before) + 1


OPENED_TO_READ = """
import os, sys
from pathlib import Path
from grader.gradebook import Gradebook, Override
from grader.errors import GradebookError
from grader.sandbox.jail import privileges
if os.geteuid() == 0: privileges.drop_capabilities()  # with them root may write everywhere
try:
    with Gradebook(Path(sys.argv[1]), create=False) as book:
        print(len(list(book.entries())), len(book.attempts()))
        at = next(iter(book.entries())).graded_at
        book.note_report(at)
        override = Override(member="x", assignment="iris", score=1, reason="y", by="z", at=at)
        book.override(override)
except GradebookError as error: print(error)
"""


def read_without_rights(path: Path) -> list[str]:
    """What a process that may not write `path` reads, and what it is told when it tries to."""
    command = [sys.executable, "-c", OPENED_TO_READ, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("closed", ["file", "folder", "both"])
def test_a_gradebook_that_may_only_be_read_is_read(book_path: Path, closed: str) -> None:
    """Without the right to write file or folder all attempts are there; writing is refused."""
    folder = book_path.parent
    try:
        if closed != "folder":
            book_path.chmod(0o444)
        if closed != "file":
            folder.chmod(0o555)
        counts, told = read_without_rights(book_path)
        assert counts == "12 12"
        assert f"{book_path} cannot be written; make the file and its folder writable" in told
    finally:
        folder.chmod(0o755)


def test_a_journal_that_cannot_be_taken_in_is_named(book_path: Path) -> None:
    """What a killed writer left in the journal is never passed over in silence."""
    with Gradebook(book_path) as book:
        book.record(mixed(500))
        wal = book_path.with_name(f"{book_path.name}-wal").read_bytes()
        content = book_path.read_bytes()
    folder = book_path.parent / "copy"
    folder.mkdir()
    (folder / "book.sqlite").write_bytes(content)
    (folder / "book.sqlite-wal").write_bytes(wal)
    folder.chmod(0o555)
    try:
        [told] = read_without_rights(folder / "book.sqlite")
        assert "is not complete without book.sqlite-wal" in told
    finally:
        folder.chmod(0o755)


def without_shared_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open files as on a mount that has no shared memory, through an SQLite that has none."""
    monkeypatch.setattr(opening, "_file_system", lambda _: "nfs4")
    connect = sqlite3.connect

    def connected(path: Path, **options: Any) -> sqlite3.Connection:
        return connect(f"{path.absolute().as_uri()}?vfs=unix-dotfile", uri=True, **options)

    monkeypatch.setattr(opening.sqlite3, "connect", connected)


def test_a_network_mount_gets_another_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where memory cannot be shared WAL is not set, and two connections write and read."""
    without_shared_memory(monkeypatch)
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as one, Gradebook(path) as two:
        assert one._pragma("journal_mode") == "delete"
        one.record(mixed(1))
        two.record(mixed(2))
        assert len(one.attempts()) == len(two.attempts()) == 2


def test_a_gradebook_that_moves_to_a_network_mount_goes_with_it(
    book_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file left in WAL mode is opened without shared memory, and by several afterwards."""
    with Gradebook(book_path) as book:
        assert book._pragma("journal_mode") == "wal"
    without_shared_memory(monkeypatch)
    with Gradebook(book_path, create=False) as one, Gradebook(book_path) as two:
        assert two._pragma("journal_mode") == "delete"
        two.record(mixed(500))
        assert len(one.attempts()) == 13


def test_the_file_system_is_that_of_the_nearest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the mounts above a file the nearest counts, and the last of two at one place."""
    place = tmp_path / "with space"
    (place / "deep").mkdir(parents=True)
    mounts = tmp_path / "mounts"
    escaped = str(place).replace(" ", r"\040")
    mounts.write_text(f"/dev/a / ext4 rw 0 0\na {escaped} xfs rw 0 0\nb {escaped} nfs4 rw 0 0\n")
    monkeypatch.setattr(opening, "_MOUNTS", mounts)
    assert opening.journal_mode(place / "deep" / "book.sqlite") == "delete"
    assert opening.journal_mode(tmp_path / "book.sqlite") == "wal"
    monkeypatch.setattr(opening, "_MOUNTS", tmp_path / "nowhere")
    assert opening.journal_mode(tmp_path / "book.sqlite") == "delete"


OPENED = """
import os, sys
from pathlib import Path
from grader.gradebook import Gradebook
from grader.errors import GradebookError
from grader.sandbox.jail import privileges
if os.geteuid() == 0: privileges.drop_capabilities()  # with them root may write everywhere
try: Gradebook(Path(sys.argv[1]))
except GradebookError as error: print(error)
"""


def test_a_file_that_is_not_writable(book_path: Path) -> None:
    """A gradebook that cannot be written is refused with what to do."""
    book_path.chmod(0o444)
    command = [sys.executable, "-c", OPENED, str(book_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "make the file writable" in done.stdout

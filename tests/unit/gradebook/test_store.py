"""The gradebook: append-only, idempotent, and safe in a crash."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GradebookError
from grader.gradebook import MIGRATIONS, Gradebook
from grader.gradebook.packing import packed
from grader.gradebook.schema import APPLICATION_ID
from grader.result import AssignmentResult, Environment, SubmissionResult, Verdict

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def result(number: int = 0, *, checks: str = "c", **changes: Any) -> SubmissionResult:
    """A result of a submission whose digest is made from `number`."""
    values: dict[str, Any] = {
        "member": "기민준",
        "digest": f"sha256:{number:064x}",
        "graded_at": NOON,
        "score": 0.0,
        "points": 0.0,
        "seconds": 1.0,
        "environment": Environment(
            grader="0.1", checks=checks, python="3", torch="2", sandbox="x", seed=1, dataset={}
        ),
        "assignments": (),
    }
    return SubmissionResult(**(values | changes))


def count(path: Path) -> int:
    """How many attempts a gradebook holds."""
    with Gradebook(path) as book:
        return len(book.attempts())


def test_record_and_read(tmp_path: Path) -> None:
    """An attempt is read back with its full result, in the order of recording."""
    path = tmp_path / "book.sqlite"
    first, second = result(1, commit="a" * 40, submitted_at=NOON), result(2, member="ada")
    with Gradebook(path) as book:
        assert book.record(first)
        assert book.record(second)
    with Gradebook(path, create=False) as book:
        one, two = book.attempts()
        assert (one.result, two.result) == (first, second)
        assert (one.member, one.digest, one.commit) == (first.member, first.digest, first.commit)
        assert (one.graded_at, one.submitted_at, two.submitted_at) == (NOON, NOON, None)
        assert one.id < two.id


def test_recording_is_idempotent(tmp_path: Path) -> None:
    """The same files, checks, commit and member are recorded once; any difference is new."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        assert book.record(result())
        assert not book.record(result(seconds=9.0))
        assert not book.record(result(member=unicodedata.normalize("NFD", "기민준")))
        assert book.record(result(1))
        assert book.record(result(checks="d"))
        assert book.record(result(commit="a" * 40))
        assert not book.record(result(commit="a" * 40))
        assert book.record(result(member="ada"))
        assert not book.record(result(member="ADA"))
        assert len(book.attempts()) == 5


def test_graded_twice_is_two_attempts(tmp_path: Path) -> None:
    """The same files judged anew by the same checks are recorded: what was shown is kept."""
    later = NOON.replace(hour=13)
    with Gradebook(tmp_path / "book.sqlite") as book:
        assert book.record(result())
        assert book.record(result(graded_at=later))
        assert not book.record(result(graded_at=later))
        assert [one.graded_at for one in book.attempts()] == [NOON, later]


def test_a_commit_is_found_by_itself(tmp_path: Path) -> None:
    """Two commits with the same files are two submissions; without a commit any will do."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        book.record(result(commit="a" * 40))
        digest = result().digest
        assert book.find("기민준", digest, "b" * 40, "c") is None
        assert book.find("기민준", digest, "a" * 40, "c") == result(commit="a" * 40)
        assert book.find("기민준", digest, None, "c") == result(commit="a" * 40)


def test_members_are_found_in_any_form(tmp_path: Path) -> None:
    """Keys compare in NFC and without case."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        book.record(result(member="Ada"))
        book.record(result())
        assert [a.member for a in book.attempts("aDA")] == ["Ada"]
        assert len(book.attempts(unicodedata.normalize("NFD", "기민준"))) == 1
        assert book.attempts("bob") == []
        assert book.find("ada", result().digest, None, "c") is not None
        assert book.find("ada", result().digest, None, "d") is None
        assert book.find("bob", result().digest, None, "c") is None
        assert book.find(None, result().digest, None, "c") is None


def test_what_is_not_recorded(tmp_path: Path) -> None:
    """A fault of ours, and a result of nobody, are refused."""
    broken = AssignmentResult(
        id="a", verdict=Verdict.INTERNAL_ERROR, score=0, points=0, seconds=0, checks=()
    )
    with Gradebook(tmp_path / "book.sqlite") as book:
        with pytest.raises(GradebookError, match="internal error"):
            book.record(result(assignments=(broken,)))
        with pytest.raises(GradebookError, match="without a member"):
            book.record(result(member=None))
        assert book.attempts() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attempts SET result = '{}'",
        "DELETE FROM attempts",
        "DELETE FROM attempts WHERE id=1",
        "UPDATE parts SET score = 10",
        "DELETE FROM parts",
        "UPDATE check_lists SET judged_by = 'x'",
        "DELETE FROM check_lists",
    ],
)
def test_append_only(tmp_path: Path, statement: str) -> None:
    """The file itself refuses to change or delete an attempt, whichever program asks."""
    path = tmp_path / "book.sqlite"
    part = AssignmentResult(
        id="softmax", verdict=Verdict.FAILED, score=0, points=0, seconds=0, checks=()
    )
    with Gradebook(path) as book:
        book.record(result(assignments=(part,)))
    other = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="attempts are never"):
        other.execute(statement)
    other.close()
    assert count(path) == 1


def test_durable_settings(tmp_path: Path) -> None:
    """The file is in WAL mode with full synchronisation, and carries its version."""
    with Gradebook(tmp_path / "book.sqlite") as book:
        pragma = book._pragma
        assert pragma("journal_mode") == "wal"
        assert (pragma("synchronous"), pragma("busy_timeout")) == ("2", "30000")
        assert pragma("user_version") == str(len(MIGRATIONS))


def refusal(path: Path, *, create: bool = True) -> str:
    """The message with which a file is refused."""
    with pytest.raises(GradebookError) as caught:
        Gradebook(path, create=create)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_wrong_files(tmp_path: Path) -> None:
    """What is no gradebook is refused by name, with what to do, and left as it was."""
    path = tmp_path / "book.sqlite"
    assert "does not exist" in refusal(path, create=False)
    assert not path.exists()
    assert "is a folder" in refusal(tmp_path)
    assert "does its folder exist" in refusal(tmp_path / "none" / "book.sqlite")
    path.write_text("member,score\n" * 100)
    assert "is not a gradebook" in refusal(path)
    assert path.read_text() == "member,score\n" * 100
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE attempts (id)")
    other.close()
    assert "belongs to another program" in refusal(tmp_path / "other.sqlite")


def test_newer_version(tmp_path: Path) -> None:
    """A gradebook of a newer grader is refused, not misread."""
    path = tmp_path / "book.sqlite"
    Gradebook(path).close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    assert "newer grader (version 99); update" in refusal(path)


def test_damaged_file(tmp_path: Path) -> None:
    """A truncated file, an overwritten page and a result that is none are damage."""
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        for number in range(50):
            book.record(result(number))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "is damaged; restore a copy" in refusal(path)
    path.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    assert "is damaged; restore a copy" in refusal(path)
    path.write_bytes(whole)
    with Gradebook(path) as book:
        book._db.execute("DROP TRIGGER attempts_are_not_changed")
        other = packed('{"schema":"grader/result/v9"}')
        book._db.execute("UPDATE attempts SET result = ?", (other,))
        with pytest.raises(GradebookError, match="attempt 1 is not a result"):
            book.attempts()


def test_full_disk(tmp_path: Path) -> None:
    """A full disk is said to be one, and what was recorded before is still there."""
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        book.record(result())
        book._db.execute(f"PRAGMA max_page_count = {book._pragma('page_count')}")
        with pytest.raises(GradebookError, match="the disk is full"):
            all(book.record(result(number)) for number in range(1, 1000))
        recorded = len(book.attempts())
    assert count(path) == recorded >= 1


def test_locked_file(tmp_path: Path) -> None:
    """A gradebook that another process keeps locked is said to be in use."""
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        book._db.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(GradebookError, match="in use by another process"):
            book.record(result())
        other.execute("ROLLBACK")
        other.close()
        assert book.record(result())


def record_range(path: Path, start: int) -> int:
    """Open the gradebook and record fifty results, half of them another process's too."""
    with Gradebook(path) as book:
        return sum(book.record(result(number)) for number in range(start, start + 50))


def test_several_processes_at_once(tmp_path: Path) -> None:
    """Processes that make and fill one gradebook at once lose nothing and double nothing."""
    path = tmp_path / "book.sqlite"
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        recorded = list(pool.map(record_range, [path] * 4, [0, 25, 50, 75]))
    assert sum(recorded) == count(path) == 125
    with Gradebook(path) as book:
        assert book._pragma("journal_mode") == "wal"


WRITER = """
import sys
from pathlib import Path
from grader.gradebook import Gradebook
from grader.result import SubmissionResult
template, path, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
with Gradebook(path) as book:
    while True:
        digest = f"sha256:{number:064x}"
        result = SubmissionResult.model_validate_json(template.replace("DIGEST", digest))
        if book.record(result):
            print(number, flush=True)
        number += 1
"""


def test_survives_kill(tmp_path: Path) -> None:
    """Killed at any moment, the file is whole and holds every acknowledged attempt, once."""
    path = tmp_path / "book.sqlite"
    template = result().to_json().replace(result().digest, "DIGEST")
    acknowledged: list[int] = []
    for delay in (0.0, 0.003, 0.011, 0.05, 0.1):
        # The last number may have been written without having been acknowledged: try it again.
        start = acknowledged[-1] + 1 if acknowledged else 0
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, template, str(path), str(start)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as writer:
            assert writer.stdout is not None
            acknowledged.append(int(writer.stdout.readline()))
            time.sleep(delay)
            writer.send_signal(signal.SIGKILL)
            # A line that was cut short was not acknowledged.
            lines = writer.stdout.read().splitlines(keepends=True)
            acknowledged += [int(line) for line in lines if line.endswith(b"\n")]
        with Gradebook(path) as book:
            assert book._pragma("integrity_check") == "ok"
            held = [int(attempt.digest.removeprefix("sha256:"), 16) for attempt in book.attempts()]
        assert len(held) == len(set(held))
        assert set(acknowledged) <= set(held)
        assert len(held) <= len(acknowledged) + 5  # at most one unacknowledged for each kill


def test_a_gradebook_of_before_digests_of_assignments(tmp_path: Path) -> None:
    """An older file is brought up to date: its attempts know no digests, later ones do."""
    path = tmp_path / "book.sqlite"

    def softmax(**more: Any) -> AssignmentResult:
        return AssignmentResult(
            id="softmax", verdict=Verdict.FAILED, score=0, points=0, seconds=0, checks=(), **more
        )

    old = result(1, assignments=(softmax(),))
    with sqlite3.connect(path) as db:
        for script in MIGRATIONS[:2]:
            db.executescript(script)
        db.execute("PRAGMA user_version = 2")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(
            "INSERT INTO attempts (member, member_folded, digest, checks, graded_at, result)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (old.member, old.member, old.digest, "c", old.graded_at.isoformat(), old.to_json()),
        )
    db.close()
    digest = "sha256:" + "a" * 64
    with Gradebook(path) as book:
        assert not book.record(old)
        assert book.record(result(2, assignments=(softmax(digest=digest),)))
        # When it came may become known later, and is recorded once.
        known = old.model_copy(update={"submitted_at": NOON})
        assert book.record(known)
        assert not book.record(known)
        assert [entry.files for entry in book.entries()] == [{}, {"softmax": digest}, {}]
        assert [entry.submitted_at for entry in book.entries()] == [None, None, NOON]

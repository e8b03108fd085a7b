"""A thousand graded submissions, most of them hostile, leave nothing."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from probes import ROOT, at_rest, descendants

from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.grading import Grader
from grader.plan import Plan
from grader.result import SubmissionResult
from grader.sandbox.host.sandbox import Sandbox

COUNT = 1000
CHECK = """
from grader.checking import check, require

@check(task=1, points=12, title="One")
def test_one(student):
    got = student.call("softmax", 1)
    require(got == 1, asked="one", got="something else")

@check(task=2, points=8, title="Two")
def test_two(student):
    got = student.call("softmax", 1)
    require(got == 1, asked="one", got="something else")
"""
KINDS = {
    "honest": "def softmax(z): return z",
    "exits": "import os\nos._exit(0)",
    "folders": "import os\nos.makedirs('a/b/c', 0)\nos.symlink('/', 'root')\n"
    "def softmax(z): return z",
    "threads": "import threading\n"
    "threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()\n"
    "def softmax(z): return 2",
    "files": "held = [open(str(n), 'wb', 0) for n in range(100)]\ndef softmax(z): return [0]",
    "hangs up": "import os\nos.closerange(0, 99)\nos._exit(0)",
    "half a frame": "import os\nos.write(3, bytes(7) + b'x12')\nos._exit(1)",
    "prints": "print('x' * 100_000)\ndef softmax(z): raise ValueError",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "memory": "x = bytearray(1 << 40)",
}  # fmt: skip
RIGHT = {"honest", "folders"}


def moment() -> datetime:
    """The time of grading."""
    return datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """The first assignment with one very cheap check for each task."""
    for name in ("assignments/softmax", "checks"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("assignment.yaml", "softmax.py", "README.md", "hints.md"):
        shutil.copy(ROOT / "assignments/softmax" / name, tmp_path / "assignments/softmax")
    (tmp_path / "checks" / "test_softmax.py").write_text(CHECK)
    return Plan(load_assignments(tmp_path / "assignments"), tmp_path / "checks", 1)


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The place of temporary files, for this test alone; jailed users must reach what is in it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


def left(scratch: Path) -> dict[str, object]:
    """What could be left by this process and those it started."""
    return {
        "processes": descendants(os.getpid()),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "temporary": sorted(scratch.rglob("*")),
    }


def test_a_thousand_submissions_leave_nothing(
    plan: Plan, scratch: Path, record_property: Callable[[str, object], None]
) -> None:
    """After 1,000 submissions no process, descriptor, temporary file or mount is left."""
    before = left(scratch)
    results: list[SubmissionResult] = []
    begin = time.monotonic()
    with Sandbox(preload=()) as sandbox:
        grader = Grader(plan, sandbox, now=moment)
        opened = left(scratch)
        for number in range(COUNT):
            kind = list(KINDS)[number % len(KINDS)]
            files = {"softmax": {"softmax.py": KINDS[kind].encode()}}
            graded = grader.grade(Submission(member=f"{kind} {number}", files=files))
            assert not graded.faults
            results.append(graded.result)
        at_rest(sandbox)
        assert left(scratch) == opened
    assert left(scratch) == before
    assert len(results) == COUNT
    for result in results:
        assert result.member is not None
        assert (result.score > 0) == (result.member.rpartition(" ")[0] in RIGHT), result
    record_property(
        "shown",
        f"{COUNT} submissions in {time.monotonic() - begin:.0f} s: no process, descriptor, "
        "temporary file or mount is left.",
    )

"""A thousand graded submissions, most of them hostile, leave nothing."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from probes import ROOT, descendants

from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.grading import Plan, grade
from grader.result import SubmissionResult
from grader.sandbox.host import Sandbox

COUNT = 1000
CHECK = """
from grader.checking import check, require

@check(task=1, points=12, title="One")
def test_one(student):
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
    """The first assignment with one very cheap check."""
    for name in ("assignments/softmax", "checks"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("assignment.yaml", "softmax.py", "README.md", "hints.md"):
        shutil.copy(ROOT / "assignments/softmax" / name, tmp_path / "assignments/softmax")
    (tmp_path / "checks" / "test_softmax.py").write_text(CHECK)
    return Plan(load_assignments(tmp_path / "assignments"), tmp_path / "checks", 1)


def left() -> dict[str, object]:
    """What could be left on this machine by processes of ours."""
    return {
        "processes": descendants(os.getpid()),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "temporary": sorted(Path(tempfile.gettempdir()).glob("grader-*")),
        "shared memory": sorted(Path("/dev/shm").glob("*grader*")),
    }


def test_a_thousand_submissions_leave_nothing(plan: Plan) -> None:
    """After 1,000 submissions no process, descriptor, temporary file or mount is left."""
    before = left()
    results: list[SubmissionResult] = []
    with Sandbox(preload=()) as sandbox:
        opened = left()

        def submissions() -> Iterator[Submission]:
            for number in range(COUNT):
                kind = list(KINDS)[number % len(KINDS)]
                files = {"softmax": {"softmax.py": KINDS[kind].encode()}}
                yield Submission(member=f"{kind} {number}", files=files)
            assert left() == opened

        grade(submissions(), plan, sandbox, now=moment, on_result=results.append,
              on_fault=pytest.fail)  # fmt: skip
    assert left() == before
    assert len(results) == COUNT
    for result in results:
        assert result.member is not None
        assert (result.score > 0) == (result.member.rpartition(" ")[0] in RIGHT), result

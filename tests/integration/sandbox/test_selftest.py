"""The self-test that runs before any student code: passed here, and failing closed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from probes import ROOT, descendants

from grader.errors import SandboxError
from grader.sandbox.host import selftest
from grader.sandbox.host.sandbox import Level, Sandbox

FOUND = "def attempts(*_): return dict.fromkeys(map(str, range(30)), 'EPERM') | {'fly': 'done'}"
ENDLESS = "def attempts(*_): return dict.fromkeys(map(str, range(30)), 'EPERM')\n"


def opened(level: Level | None = None) -> Sandbox:
    """A sandbox with the worker that grading uses."""
    return Sandbox(level, preload=())


@pytest.mark.parametrize("level", list(Level))
def test_a_sandbox_was_tested_when_it_is_open(level: Level) -> None:
    """At each level escapes are tried before the first worker is handed out, in little time."""
    with opened(level) as sandbox:
        assert sandbox.self_test is not None
        assert sandbox.self_test.escapes >= 25
        assert sandbox.self_test.seconds < 30


@pytest.mark.parametrize(
    ("escapes", "said"),
    [
        (FOUND, r"does not hold: a process in it can fly \(done\); nothing was graded"),
        ("def attempts(*_): return {}", "did not answer"),
        ("def attempts(*_): return None", "did not answer"),
        ("import os; os._exit(0)", "failed: exit code 0"),
        ("def attempts(*_): raise OSError", "failed"),
        (ENDLESS + "def never_ends(): pass", "an endless loop was not ended in time"),
    ],
)
def test_nothing_is_graded_when_it_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, escapes: str, said: str
) -> None:
    """An escape that succeeds, or cannot be tried, is an error of the sandbox; nothing is left."""
    before = descendants(os.getpid())
    file = tmp_path / "escapes.py"
    file.write_text(escapes)
    monkeypatch.setattr(selftest, "_ESCAPES", file)
    with pytest.raises(SandboxError, match=said), opened():
        pytest.fail("it opened")
    assert descendants(os.getpid()) == before


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the grader whose filter lets one system call through, and a cohort of one."""
    place = tmp_path_factory.mktemp("leaky")
    for part in ("grader", "assignments"):
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    table = place / "grader" / "sandbox" / "jail" / "syscalls.py"
    denied = '    "memfd_create": (319, 279),\n'
    text = table.read_text(encoding="utf-8")
    assert denied in text
    table.write_text(text.replace(denied, ""), encoding="utf-8")
    reference = ROOT / "tests/specimens/softmax/passed/reference/softmax.py"
    (place / "cohort" / "kim" / "softmax").mkdir(parents=True)
    shutil.copy(reference, place / "cohort" / "kim" / "softmax")
    return place


@pytest.mark.parametrize("words", [["cohort/kim"], ["cohort", "--cohort", "--jobs", "2"]])
def test_a_hole_stops_grading(leaky: Path, words: list[str]) -> None:
    """`grader grade` in a sandbox with a real hole: exit code 1, one sentence, no result."""
    done = subprocess.run(
        [sys.executable, "-c", "from grader.cli import main; main()", "grade", *words, "--json",
         "result.json", "--gradebook", "book.sqlite"],
        capture_output=True, text=True, cwd=leaky, check=False,
        env=os.environ | {"PYTHONPATH": str(leaky), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    said = [line for line in done.stderr.splitlines() if line.startswith("grader: ")]
    assert said == [
        "grader: the sandbox does not hold: a process in it can make memory of no mapping (done); "
        "nothing was graded"
    ]
    assert "Traceback" not in done.stderr
    assert not (leaky / "result.json").exists()

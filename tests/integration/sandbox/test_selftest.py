"""The self-test that runs before any student code: passed here, and failing closed."""

import os
from pathlib import Path

import pytest
from probes import descendants

from grader.errors import SandboxError
from grader.sandbox import selftest
from grader.sandbox.host import Level, Sandbox

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

"""Helpers for tests that try things in the jail, and look at what is left of it outside."""

import json
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.host.sandbox import Sandbox, Worker

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(pytest.__file__).resolve().parents[1]
PROBE_WORKER = str(Path(__file__).with_name("sandbox") / "probe_worker.py")
PATIENCE = 60.0
REFUSED_READING = {"PermissionError EACCES", "PermissionError EPERM", "FileNotFoundError ENOENT"}


def probe(worker: Worker, source: str, seconds: float = PATIENCE) -> Any:
    """Run `source` in the jail; the value it leaves in `result`, or the name of its exception."""
    body = textwrap.dedent(source).encode()
    return json.loads(worker.ask(body, seconds=seconds, max_reply=1 << 20))


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether `condition()` becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def processes() -> dict[int, int]:
    """All processes of this machine: id → parent's id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                found[int(entry.name)] = int(words[1])
    return found


def descendants(root: int) -> set[int]:
    """All processes below `root`."""
    parents, family = processes(), {root}
    while more := {p for p, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {root}


def children(root: int) -> set[int]:
    """The processes that `root` started itself."""
    return {process for process, parent in processes().items() if parent == root}


def at_rest(sandbox: Sandbox) -> None:
    """Nothing is under way afterwards: no jail stands ready, everything asked was answered."""
    assert sandbox._warm is not None
    for jail in sandbox._spares.values():
        assert jail.built is not None
        ready = jail.built.get(PATIENCE)["pid"]
        sandbox._post({"do": "reap", "pid": ready, "grace": 0}).get(PATIENCE)
        jail.tear_down()
    sandbox._spares.clear()
    while sandbox._warm._due:
        sandbox._warm.receive(PATIENCE)

"""Whoever runs the grader, on whatever machine: a jail that holds, or a clear refusal."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from probes import PROBE_WORKER, REFUSED_READING, ROOT

from grader.sandbox.host.sandbox import Level
from grader.sandbox.jail import seccomp

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that every user can read, with the grader and the probe worker."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "grader", folder / "grader", ignore=ignore)
        shutil.copy(PROBE_WORKER, folder)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("who", ["root", "open root", "user", "user namespace", "powerless root"])
def test_the_jail_holds_for_every_kind_of_user(place: Path, who: str, level: Level) -> None:
    """The jail holds and Python works in it, whoever started the grader.

    Root becomes a user of no other process, except where it may not change its user or no other
    could read the libraries: then it stays, with no capability. Only root can play all kinds; for
    an ordinary user this is one test several times.
    """
    if who == "powerless root" and level is Level.NAMESPACES and os.geteuid() == 0:
        level = Level.LANDLOCK  # without the right to make namespaces
    done = subprocess.run(
        [sys.executable, str(HERE / "jail_report.py"), str(place), who, level],
        capture_output=True, text=True, cwd="/", env={"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    with suppress(FileNotFoundError):
        (place / "stash").rmdir()  # what was mounted there went with the process
    assert done.returncode == 0, done.stderr
    outside, reachable, inside, works, *replies = json.loads(done.stdout)
    if os.geteuid() == 0:
        assert outside == {"user": 65534}.get(who, 0)
        stays = who in ("user namespace", "powerless root") or (
            level is Level.LANDLOCK and not reachable
        )
        assert (inside == 0) == stays
        assert inside != 65534 or who == "user"
    assert works == 1
    assert replies[0] in REFUSED_READING
    assert replies[1] in REFUSED_READING
    assert replies[2:4] == ["PermissionError EPERM"] * 2
    assert replies[4:6] == ["x", "PermissionError EPERM"]
    assert replies[6] == "00" * 24


# A machine that lacks something, played by a filter that refuses system calls to the host and all
# it starts: {call: errno}.
LACKING = """
import ctypes, os, sys
sys.path.insert(0, {root!r})
from grader.errors import SandboxError
from grader.sandbox.jail import kernel
from grader.sandbox.host.sandbox import Level, Limits, Sandbox
code = bytes.fromhex({code!r})
memory = ctypes.create_string_buffer(code, len(code))
class Program(ctypes.Structure): _fields_ = [("n", ctypes.c_ushort), ("p", ctypes.c_void_p)]
program = Program(len(code) // 8, ctypes.addressof(memory))
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
kernel.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.addressof(program))
try:
    with (
        Sandbox({arguments}, worker={worker!r}, preload=()) as sandbox,
        sandbox.start_worker(Limits()) as worker,
    ):
        print(sandbox.level, worker.ask(b"result = 6 * 7", seconds=60, max_reply=99).decode())
except SandboxError as error:
    print("refused:", error)
"""


def on_a_machine_without(calls: dict[str, int], arguments: str) -> str:
    """What opening a sandbox and starting a worker prints where `calls` fail with an errno."""
    numbers = {"landlock_create_ruleset": 444, "clone3": 435}
    steps = [seccomp._step(0x20, 0)]  # load the number of the call
    for name, errno in calls.items():
        steps += [seccomp._step(0x15, numbers[name], 0, 1), seccomp._step(6, 0x50000 | errno)]
    steps.append(seccomp._step(6, seccomp.ALLOW))
    script = LACKING.format(
        root=str(ROOT), code=b"".join(steps).hex(), arguments=arguments, worker=PROBE_WORKER
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


ENOSYS = 38


def test_without_namespaces_the_second_level_is_used() -> None:
    """Where new namespaces are refused, as in many containers, the jail is built of Landlock."""
    assert on_a_machine_without({"clone3": ENOSYS}, "None") == "landlock 42"


def test_a_level_that_was_asked_for_is_not_replaced() -> None:
    """Where new namespaces are refused, asking for that level is an error that says why."""
    said = on_a_machine_without({"clone3": ENOSYS}, "Level.NAMESPACES")
    assert said.startswith("refused: student code cannot be run safely: no jail can be built here")
    assert "clone3" in said
    assert "landlock:" not in said


@pytest.mark.parametrize("arguments", ["None", "Level.NAMESPACES", "Level.LANDLOCK"])
def test_without_landlock_no_student_code_runs(arguments: str) -> None:
    """Where there is no Landlock, no level can be had, and the error says so."""
    said = on_a_machine_without({"landlock_create_ruleset": ENOSYS}, arguments)
    assert said.startswith("refused: ")
    assert "the kernel has no Landlock (Linux 5.13 or newer, enabled)" in said


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_the_error_names_the_way_out(platform: str) -> None:
    """On other systems the module can be imported, and opening a sandbox is a clear refusal."""
    script = f"""
import sys
sys.modules["resource"] = sys.modules["fcntl"] = None  # there are none on Windows
sys.platform = {platform!r}
from grader.errors import SandboxError
from grader.sandbox.host.sandbox import Sandbox
try: Sandbox().__enter__()
except SandboxError as error: print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("only be run on Linux: use a codespace, a container or") == 1

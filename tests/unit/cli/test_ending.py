"""Signals that ask the program to end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DROPPED = """
import signal, sys, time
from grader.cli.ending import Ending
ending = Ending()
ending.listen()
class Tidy:
    def __del__(self):
        signal.raise_signal(signal.SIG{name})
try:
    Tidy()  # what is raised in __del__ is dropped
    time.sleep(20)
    print("never noticed")
except KeyboardInterrupt:
    print(ending.number == signal.SIG{name}, ending.exit_code)
"""


@pytest.mark.parametrize(("name", "code"), [("INT", 130), ("TERM", 143), ("HUP", 129)])
def test_an_interrupt_that_python_drops_comes_again(name: str, code: int) -> None:
    """A signal in a moment in which Python ignores exceptions still ends the program, at once."""
    done = subprocess.run(
        [sys.executable, "-c", DROPPED.format(name=name)], capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["True", str(code)], done.stderr


def test_what_was_ignored_stays_ignored() -> None:
    """Under nohup a closed terminal ends nothing."""
    source = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from grader.cli.ending import Ending\n"
        "Ending().listen(); signal.raise_signal(signal.SIGHUP); print('goes on')"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "goes on"


IMPORTING = """
import signal, sys
from grader.cli.ending import Ending
Ending().listen()
try:
    import slow
    while True: pass
except KeyboardInterrupt:
    print("slow" in sys.modules and sys.modules["slow"].done)
"""


def test_an_import_is_not_interrupted(tmp_path: Path) -> None:
    """A signal in the middle of an import, which native code may not survive, waits for its end."""
    source = "import signal, time; signal.raise_signal(signal.SIGTERM); time.sleep(0.2); done = 1"
    (tmp_path / "slow.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING], capture_output=True, text=True, timeout=60, check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )  # fmt: skip
    assert done.stdout.strip() == "1", done.stderr

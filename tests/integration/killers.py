"""Checks that let a submission kill the process that grades it, as no check should."""

import shutil
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
REFERENCE = CHECKOUT / "tests" / "specimens" / "softmax" / "passed" / "reference" / "softmax.py"
KILLER = "kills its host"
_KILL = """

import os as _os, signal as _signal
from grader.checking.process import StudentProcess as _Process
_ask = _Process.ask
def _ask_or_die(self, *args, **kwargs):
    if {killer!r} in self.load_request.files["softmax.py"].decode():
        with open({log!r}, "a") as log:
            log.write("killed\\n")
        _os.kill(_os.getpid(), _signal.SIGKILL)
    return _ask(self, *args, **kwargs)
_Process.ask = _ask_or_die
"""


def deadly_checks(folder: Path, log: Path) -> Path:
    """A folder of hidden checks that die, and note it in `log`, where `KILLER` is handed in."""
    shutil.copytree(CHECKOUT / "grader" / "hidden", folder)
    with (folder / "softmax" / "test_softmax.py").open("a") as file:
        file.write(_KILL.format(killer=KILLER, log=str(log)))
    return folder


def lay_out(cohort: Path, members: list[str], killer: str | None = None, code: str = "") -> Path:
    """Right solutions of softmax, each of its own text, `code` at the end; one of them kills."""
    for number, member in enumerate(members):
        folder = cohort / member / "softmax"
        folder.mkdir(parents=True)
        mark = KILLER if member == killer else ""
        text = f"{REFERENCE.read_text()}\n# {number} {mark}\n{code}\n"
        (folder / "softmax.py").write_text(text)
    return cohort

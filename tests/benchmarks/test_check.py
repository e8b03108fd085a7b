"""A student's desk: `grader check` beside importing torch, and from save to verdict.

Run on purpose: python -m pytest tests/benchmarks/test_check.py -s
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from tether import tether

CHECKOUT = Path(__file__).parents[2]
ROUNDS = 7
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()", "check"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A student's checkout with two right solutions."""
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    for assignment in ("softmax", "cross_entropy"):
        write(tmp_path, assignment)
    return tmp_path


def write(checkout: Path, assignment: str) -> None:
    """Save the reference solution as a student saves a file."""
    specimen = CHECKOUT / "tests" / "specimens" / assignment / "passed" / "reference"
    shutil.copyfile(
        specimen / f"{assignment}.py", checkout / "assignments" / assignment / f"{assignment}.py"
    )


def started(checkout: Path, command: list[str]) -> subprocess.Popen[str]:
    """A command in a student's terminal."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, cwd=checkout, env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=tether,
    )  # fmt: skip


def first_line(process: subprocess.Popen[str], words: str) -> float:
    """The moment at which a line with `words` comes."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return time.monotonic()
    raise AssertionError(f"{words} never came")


def timed(run: Callable[[], float]) -> float:
    """The median of the seconds that `run` measures."""
    return median(run() for _ in range(ROUNDS))


def test_the_first_line_comes_when_torch_is_imported(checkout: Path) -> None:
    """The first line of feedback takes little longer than importing torch, taken in turns."""
    imports, firsts, wholes = [], [], []
    for _ in range(ROUNDS):
        begun = time.monotonic()
        started(checkout, [sys.executable, "-c", "import torch"]).communicate()
        imports.append(time.monotonic() - begun)
        begun = time.monotonic()
        check = started(checkout, [*COMMAND, "softmax"])
        firsts.append(first_line(check, "Three logits") - begun)
        check.communicate()
        wholes.append(time.monotonic() - begun)
    print(
        f"\nimport torch {median(imports):.2f} s; grader check softmax: first line "
        f"{median(firsts):.2f} s, end {median(wholes):.2f} s (medians of {ROUNDS})"
    )
    assert median(firsts) < 2 * median(imports) + 1


@pytest.mark.parametrize("assignment", ["softmax", "cross_entropy"])
def test_watching_answers_a_save(checkout: Path, assignment: str) -> None:
    """From save to verdict with a warm process, well under a second."""
    watcher = started(checkout, [*COMMAND, assignment, "--watch"])
    try:
        first_line(watcher, "watching")

        def save() -> float:
            time.sleep(0.5)
            write(checkout, assignment)
            saved = time.monotonic()
            return first_line(watcher, "points from public checks") - saved

        seconds = timed(save)
    finally:
        os.killpg(watcher.pid, signal.SIGINT)
        watcher.communicate(timeout=60)
    print(f"\n{assignment}, from save to verdict: {seconds:.3f} s (median of {ROUNDS})")
    assert seconds < 1

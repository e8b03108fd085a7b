"""What students and teachers run on Windows and macOS finds there all that it needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.gradebook import Gradebook

CHECKOUT = Path(__file__).parents[2]
ELSEWHERE = Path(__file__).with_name("elsewhere.py")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one right solution and a gradebook that is still empty."""
    place = tmp_path_factory.mktemp("checkout")
    shutil.copytree(CHECKOUT / "assignments", place / "assignments")
    shutil.copyfile(CHECKOUT / "groups.yaml", place / "groups.yaml")
    right = CHECKOUT / "tests/specimens/softmax/passed/reference/softmax.py"
    shutil.copyfile(right, place / "assignments/softmax/softmax.py")
    Gradebook(place / "gradebook.sqlite").close()
    return place


def run(system: str, words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run `grader` as on `system`."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1", "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, ELSEWHERE, system, *words.split()], cwd=cwd, env=environment, text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("system", ["windows", "macos"])
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("check softmax", 0, "points from public checks"),
        ("hint softmax 1", 0, ""),
        ("roster check", 0, "5 groups"),
        ("report", 0, "submitted"),
        ("doctor", 2, "student code can only be run on Linux"),
        ("demo", 1, "student code can only be run on Linux"),
    ],
)
def test_no_name_of_another_system_is_touched(
    system: str, words: str, code: int, said: str, checkout: Path
) -> None:
    """Each command does its work, or says in a sentence that it needs Linux."""
    done = run(system, words, checkout)
    text = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in text, text
    assert (done.returncode, said in text) == (code, True), text


def test_what_is_hidden_is_hidden(checkout: Path) -> None:
    """The harness does hide: code of the grader that names a file descriptor's flag fails."""
    probe = checkout / "probe.py"
    probe.write_text(
        "import runpy, sys\n"
        f"sys.argv = ['elsewhere.py', 'windows', '--help']\n"
        f"elsewhere = runpy.run_path({str(ELSEWHERE)!r})\n"
        "try: elsewhere['main']()\n"
        "except SystemExit: pass\n"
        "import os\n"
        "exec('print(hasattr(os, \"O_DIRECTORY\"))', {'__name__': 'grader.x', 'os': os})\n"
        "print(hasattr(os, 'O_DIRECTORY'))\n"
    )
    done = subprocess.run(
        [sys.executable, probe], env=os.environ | {"PYTHONPATH": str(CHECKOUT)}, text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.stdout.split()[-2:] == ["False", "True"], done.stderr

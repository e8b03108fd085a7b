"""Terminals that are not UTF-8: nothing ends in a traceback, and files stay what they are."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
MEMBER = "기민준"
ENCODINGS = ["ascii", "cp949", "cp1252"]


def run(encoding: str, words: str, cwd: Path) -> "subprocess.CompletedProcess[bytes]":
    """Run `grader` in a terminal of this encoding."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1", "COLUMNS": "80",
                                "PYTHONIOENCODING": encoding}  # fmt: skip
    return subprocess.run([*COMMAND, *words.split()], cwd=cwd, env=environment, timeout=300,
                          capture_output=True, check=False)  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a wrong solution in it, and a cohort of one member that was graded."""
    place = tmp_path_factory.mktemp("course")
    shutil.copytree(CHECKOUT / "assignments", place / "assignments")
    wrong = CHECKOUT / "tests/specimens/softmax/failed/wrong_axis/softmax.py"
    shutil.copyfile(wrong, place / "assignments/softmax/softmax.py")
    (place / "cohort" / MEMBER / "softmax").mkdir(parents=True)
    shutil.copyfile(wrong, place / "cohort" / MEMBER / "softmax" / "softmax.py")
    (place / "groups.yaml").write_text(
        f"course: 신경망\ngroups:\n  - {{name: A, members: [{{name: {MEMBER}}}]}}\n",
        encoding="utf-8",
    )
    done = run("utf-8", "grade cohort --cohort -a softmax", place)
    assert done.returncode == 0, done.stderr
    return place


# A start of torch takes seconds: once for each command that needs it.
QUICK = ["hint softmax 1", "roster check", "report", f"history {MEMBER}", "hint 소프트맥스"]
SLOW = [("ascii", "check softmax"), ("cp949", f"grade cohort/{MEMBER} -a softmax"),
        ("cp1252", "doctor")]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "words"),
    [*((encoding, words) for words in QUICK for encoding in ENCODINGS), *SLOW],
)
def test_every_output_survives(encoding: str, words: str, course: Path) -> None:
    """Marks, names, formulas and errors are written with look-alikes where they must be."""
    done = run(encoding, words, course)
    text = (done.stdout + done.stderr).decode(encoding, errors="replace")
    assert "Traceback" not in text
    assert "UnicodeEncodeError" not in text
    assert done.returncode == (2 if "소" in words else 0), text
    assert text.strip()


def test_marks_have_look_alikes(course: Path) -> None:
    """The mark of a wrong answer is an x in ASCII, not a question mark; Hangul is kept in cp949."""
    done = run("ascii", "check softmax", course)
    assert any(line.startswith(b"x ") for line in done.stdout.splitlines()), done.stdout
    assert MEMBER in run("cp949", "roster check", course).stdout.decode("cp949")


@pytest.mark.parametrize("words", ["report --format csv", "export --format gradebook"])
def test_what_programs_read_is_the_same_in_any_terminal(words: str, course: Path) -> None:
    """Data on standard output is UTF-8, character by character, as it would be in a file."""
    outputs = [run(encoding, words, course) for encoding in ("utf-8", "cp949", "ascii")]
    texts = [done.stdout.decode("utf-8") for done in outputs]
    assert texts[0] == texts[1] == texts[2]
    assert texts[0].strip(), outputs[0].stderr


def test_the_json_of_a_result_is_valid_in_any_terminal(course: Path) -> None:
    """`--json -` is JSON in UTF-8 that holds the feedback as it is."""
    done = run("ascii", "grade assignments -a softmax --json -", course)
    result = json.loads(done.stdout.decode("utf-8"))
    assert result["assignments"][0]["id"] == "softmax"

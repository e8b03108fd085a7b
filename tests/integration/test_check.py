"""The student's desk: `grader check`, `--watch`, no sandbox; and `grader replay`."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from probes import descendants, processes, wait_until
from tether import tether

CHECKOUT = Path(__file__).parents[2]
SPECIMENS = CHECKOUT / "tests" / "specimens"
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
ON_A_MAC = "import torch, sys; sys.platform = 'darwin'; from grader.cli import main; main()"


def environment() -> dict[str, str]:
    """The variables of a student's terminal, 80 columns wide."""
    kept = {key: value for key, value in os.environ.items() if key != "GRADER_DATA"}
    return kept | {"COLUMNS": "80", "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}


def run(
    cwd: Path, *words: str | Path, command: list[str] = COMMAND
) -> subprocess.CompletedProcess[str]:
    """Run `grader` in `cwd`."""
    return subprocess.run(
        [*command, *map(str, words)], cwd=cwd, env=environment(), capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A student's checkout: the assignments, with a wrong cross-entropy."""
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    write(tmp_path, "cross_entropy", "failed/sum_over_the_batch")
    return tmp_path


def write(checkout: Path, assignment: str, specimen: str) -> None:
    """Put a specimen where the student's file lies."""
    source = SPECIMENS / assignment / specimen / f"{assignment}.py"
    shutil.copyfile(source, checkout / "assignments" / assignment / f"{assignment}.py")


def test_the_mistake_is_named_with_the_students_own_numbers(checkout: Path) -> None:
    """A public check tells what the value is, how far off, and which mistake it is."""
    done = run(checkout, "check", "cross_entropy")
    text = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "Your value is 4 times the expected one, and your batch has 4 rows" in text
    assert "this is the sum over the batch; the loss is the mean (task 2)" in text


def test_the_output_shows_the_way(checkout: Path) -> None:
    """Where something is to do, hints and the watching are named; where not, the pull request."""
    said = " ".join(run(checkout, "check", "cross_entropy").stdout.split())
    for words in ("grader hint cross_entropy", "grader check cross_entropy --watch",
                  "hidden checks, run on your pull request"):  # fmt: skip
        assert words in said
    write(checkout, "cross_entropy", "passed/reference")
    said = " ".join(run(checkout, "check", "cross_entropy").stdout.split())
    assert "grader hint" not in said
    assert "open a pull request: the hidden checks run there" in said


def test_a_file_that_is_not_there_is_not_done(checkout: Path) -> None:
    """Whoever has no file where it belongs reads where that is, not that all is done."""
    (checkout / "assignments" / "softmax" / "softmax.py").unlink()
    done = run(checkout, "check", "softmax")
    assert done.returncode == 0
    assert "your code belongs in assignments/softmax/softmax.py" in " ".join(done.stdout.split())
    assert "Done?" not in done.stdout


def test_without_a_sandbox_a_students_own_code_still_runs(checkout: Path) -> None:
    """Elsewhere than on Linux the checks run unprotected, say so, and name the same mistake."""
    done = run(checkout, "check", "cross_entropy", command=[sys.executable, "-c", ON_A_MAC])
    assert done.returncode == 0, done.stderr
    assert "no sandbox on darwin; your code runs unprotected" in done.stderr
    assert "this is the sum over the batch" in " ".join(done.stdout.split())


def test_what_a_program_prints_is_kept_apart_without_a_sandbox(checkout: Path) -> None:
    """Printing to standard output does not disturb the answers of an unprotected worker."""
    write(checkout, "training_loop", "passed/course_skeleton")
    done = run(checkout, "check", "training_loop", command=[sys.executable, "-c", ON_A_MAC])
    assert "✗" not in done.stdout
    assert "6 of 6 points" in done.stdout
    assert "Epoch" in done.stderr


def test_grading_never_runs_without_a_sandbox(tmp_path: Path) -> None:
    """Only `check` may do without: grading elsewhere than on Linux is refused."""
    shutil.copytree(SPECIMENS / "softmax" / "passed" / "reference", tmp_path / "softmax")
    done = run(tmp_path, "grade", tmp_path, "-a", "softmax",
               command=[sys.executable, "-c", ON_A_MAC])  # fmt: skip
    assert done.returncode == 1
    assert "only be run on Linux" in done.stderr


def test_a_save_is_checked_again_with_a_warm_process(checkout: Path) -> None:
    """With --watch a saved file is checked at once; Ctrl-C ends it without an error."""
    watcher = subprocess.Popen(
        [*COMMAND, "check", "cross_entropy", "--watch"], cwd=checkout,
        env=environment() | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True, preexec_fn=tether,
    )  # fmt: skip
    assert watcher.stdout is not None
    try:
        for line in watcher.stdout:
            if "watching" in line:
                break
        time.sleep(0.3)
        write(checkout, "cross_entropy", "passed/reference")
        saved = time.monotonic()
        for line in watcher.stdout:
            if "points from public checks" in line:
                assert line.strip().startswith("8.5 of 8.5")
                break
        print(f"\nfrom save to verdict: {time.monotonic() - saved:.2f} s")
    finally:
        os.killpg(watcher.pid, signal.SIGINT)
        watcher.communicate(timeout=60)
    assert watcher.returncode == 0


@pytest.mark.parametrize("command", [COMMAND, [sys.executable, "-c", ON_A_MAC]])
def test_a_killed_check_leaves_no_endless_loop(
    checkout: Path, tmp_path: Path, command: list[str]
) -> None:
    """After kill -9 of the student's check their endless loop ends too, and its folder is gone."""
    source = "print('here', flush=True)\nopen('here', 'w').close()\nwhile True: pass\n"
    (checkout / "assignments" / "softmax" / "softmax.py").write_text(source)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    checker = subprocess.Popen(
        [*command, "check", "softmax"], cwd=checkout, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=environment() | {"TMPDIR": str(scratch)},
        preexec_fn=tether,
    )  # fmt: skip
    try:
        busy = set[int]()
        assert wait_until(lambda: bool(busy.update(busy_below(checker.pid)) or busy))
        family = descendants(checker.pid)
    finally:
        checker.kill()
        checker.wait()
    assert wait_until(lambda: not family & processes().keys())
    assert wait_until(lambda: not list(scratch.iterdir()), 15), list(scratch.rglob("*"))


def busy_below(pid: int) -> set[int]:
    """The processes below `pid` that run student code: those in a folder of the grader's."""
    found = set()
    for child in descendants(pid):
        with suppress(OSError):
            folder = Path(f"/proc/{child}/cwd").readlink()
            if folder.is_relative_to("/student") or (folder / "here").exists():
                found.add(child)
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission of the training loop that is wrong, and its result, r.json."""
    folder = tmp_path_factory.mktemp("graded") / "ada"
    (folder / "training_loop").mkdir(parents=True)
    source = SPECIMENS / "training_loop" / "failed" / "momentum" / "training_loop.py"
    shutil.copyfile(source, folder / "training_loop" / "training_loop.py")
    run(folder, "grade", folder, "-a", "training_loop", "--json", "r.json")
    return folder


@pytest.fixture
def submission(graded: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return shutil.copytree(graded, tmp_path / "ada")


def test_a_replay_gives_the_same_result(submission: Path) -> None:
    """The same files, secret and machine: every check, figure and sentence is the same."""
    drawn = json.loads((submission / "r.json").read_text())["environment"]
    assert drawn["seed"] is None
    assert re.fullmatch("[0-9a-f]{64}", drawn["secret"])
    assert int(drawn["secret"], 16) >= 1 << 128  # but for one run in 2^128
    done = run(submission, "replay", "r.json", submission)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The same" in done.stdout


def test_a_replay_says_what_differs(submission: Path) -> None:
    """Other files, another torch or another score are named, with exit code 1."""
    path = submission / "r.json"
    result = json.loads(path.read_text())
    result["environment"]["torch"] = "1.0"
    path.write_text(json.dumps(result))
    source = SPECIMENS / "training_loop" / "passed" / "reference" / "training_loop.py"
    shutil.copyfile(source, submission / "training_loop" / "training_loop.py")
    done = run(submission, "replay", "r.json", submission)
    assert done.returncode == 1
    assert "files: was sha256:" in done.stdout
    assert "torch: was 1.0, is " in done.stdout
    assert re.search(r"training_loop\.costs: was failed with 0 points, is passed with 3",
                     done.stdout)  # fmt: skip


def test_a_replay_tells_small_differences_in_words(submission: Path) -> None:
    """Another level of the sandbox is no other result; feedback alone is told as such."""
    path = submission / "r.json"
    result = json.loads(path.read_text())
    level = result["environment"]["sandbox"]
    other = "landlock" if level == "namespaces" else "namespaces"
    result["environment"]["sandbox"] = other
    path.write_text(json.dumps(result))
    done = run(submission, "replay", "r.json", submission)
    assert done.returncode == 0, done.stdout
    said = " ".join(done.stdout.split())
    assert f"every check alike, run at level {level} instead of {other}." in said
    [wrong] = [c for c in result["assignments"][0]["checks"] if c["id"] == "training_loop.costs"]
    wrong["feedback"]["got"] = "something else"
    path.write_text(json.dumps(result))
    done = run(submission, "replay", "r.json", submission)
    assert done.returncode == 1
    assert "training_loop.costs: verdict and points alike, the feedback differs" in done.stdout


def test_a_replay_after_the_due_date(submission: Path, tmp_path: Path) -> None:
    """Titles that the result does not tell, because it was early, make no difference later."""
    course = tmp_path / "course"
    name = "assignments/training_loop"
    shutil.copytree(SPECIMENS.parents[1] / name, course / name)
    rules = course / name / "assignment.yaml"
    early = rules.read_text().replace("due: null", "due: 2999-01-01")
    rules.write_text(f"{early}\nhidden_titles: after_due\n")
    run(course, "grade", submission, "-a", "training_loop", "--json", "r.json")
    assert "Hidden check" in (course / "r.json").read_text()
    rules.write_text(rules.read_text().replace("2999", "2000"))
    done = run(course, "replay", "r.json", submission)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_result_of_version_1_cannot_be_replayed(submission: Path) -> None:
    """What an older grader drew from its seed is not drawn any more: one sentence says so."""
    result = json.loads((submission / "r.json").read_text())
    result["schema"] = "grader/result/v1"
    result["environment"] |= {"seed": 7, "secret": None}
    (submission / "r.json").write_text(json.dumps(result))
    done = run(submission, "replay", "r.json", submission)
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "r.json: it was graded by an older grader" in said
    assert "grade the submission again" in said


def test_a_replay_of_what_is_no_result_is_one_sentence(submission: Path) -> None:
    """A file that is no result: exit code 2 and a sentence that names it."""
    (submission / "r.json").write_text("{}")
    done = run(submission, "replay", "r.json", submission)
    assert done.returncode == 2
    assert "r.json" in done.stderr
    assert "Traceback" not in done.stderr

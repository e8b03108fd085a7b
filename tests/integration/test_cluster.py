"""Grading on a dask cluster: a scheduler and workers as processes of their own, over TCP."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from killers import deadly_checks, lay_out
from tether import tether
from timeless import timeless

from grader.gradebook import Gradebook

CHECKOUT = Path(__file__).parents[2]
SPECIMENS = CHECKOUT / "tests" / "specimens" / "softmax"
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
WORKERS = 3
COUNT = 12
PATIENCE = 300.0

Process = subprocess.Popen[str]


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The environment of every process here; a lost worker is noticed soon."""
    own = {key: value for key, value in os.environ.items() if key != "GRADER_DATA"}
    return own | {"PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1", "COLUMNS": "80"}


@pytest.fixture(scope="module")
def processes() -> Iterator[ExitStack]:
    """Ends what was started."""
    with ExitStack() as stack:
        yield stack


def dask(processes: ExitStack, environment: dict[str, str], folder: Path, *words: str) -> Process:
    """A process of dask's, ended with the tests; its folder is not student code's to see."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words], cwd=folder, env=environment, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=tether,
    )  # fmt: skip
    processes.callback(process.wait)
    processes.callback(process.kill)
    return process


@pytest.fixture(scope="module")
def scheduler(
    processes: ExitStack, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a scheduler on a free port of the loopback."""
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    dask(processes, environment, folder, "scheduler", "--host", "tcp://127.0.0.1", "--port", "0",
         "--no-dashboard", "--scheduler-file", str(file))  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    raise TimeoutError("dask's scheduler")


@pytest.fixture(scope="module")
def workers(
    processes: ExitStack,
    environment: dict[str, str],
    scheduler: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Process]:
    """Three workers, each a process that nobody starts again."""
    folder = tmp_path_factory.mktemp("workers")
    return [
        dask(processes, environment, folder, "worker", scheduler, "--nthreads", "1", "--no-nanny",
             "--no-dashboard", "--local-directory", str(folder))
        for _ in range(WORKERS)
    ]  # fmt: skip


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Right and wrong solutions of 12 members."""
    sources = sorted(SPECIMENS.glob("passed/*/*.py"))[:3] + sorted(SPECIMENS.glob("failed/*/*.py"))
    for number in range(COUNT):
        folder = tmp_path / "cohort" / f"m{number:02}" / "softmax"
        folder.mkdir(parents=True)
        content = sources[number % len(sources)].read_text()
        (folder / "softmax.py").write_text(f"{content}\n# {number}\n")
    return tmp_path / "cohort"


def grader(environment: dict[str, str], *words: str | Path) -> Process:
    """A started `grader`."""
    return subprocess.Popen(
        [*COMMAND, *map(str, words)], cwd=CHECKOUT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=tether,
    )  # fmt: skip


def recorded(path: Path) -> list[tuple[str, str]]:
    """Member and result of every attempt, sorted; without what a clock has measured."""
    with Gradebook(path) as book:
        return sorted((attempt.member, timeless(attempt.result)) for attempt in book.attempts())


def attempts(path: Path) -> int:
    """How many attempts a gradebook holds; none where it is not there yet."""
    return len(recorded(path)) if path.exists() else 0


def test_a_lost_worker_costs_no_submission(
    environment: dict[str, str],
    scheduler: str,
    workers: list[Process],
    cohort: Path,
    tmp_path: Path,
) -> None:
    """With a worker killed in the middle each result is recorded once, to the last bit the same."""
    there, here = tmp_path / "there.sqlite", tmp_path / "here.sqlite"
    common = ["-a", "softmax", "--cohort", "--seed", "5"]
    run = grader(environment, "grade", cohort, *common, "--gradebook", there,
                 "--scheduler", scheduler)  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not attempts(there) and time.monotonic() < deadline and run.poll() is None:
        time.sleep(0.05)
    before = attempts(there)
    workers[0].send_signal(signal.SIGKILL)
    out, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, said
    assert out == ""
    assert 1 <= before < COUNT
    alone = grader(environment, "grade", cohort, *common, "--gradebook", here, "--jobs", "1")
    _, said_alone = alone.communicate(timeout=PATIENCE)
    assert alone.returncode == 0, said_alone
    assert len(recorded(there)) == COUNT
    assert recorded(there) == recorded(here)
    # The same lines in the same order, whoever was ready first.
    assert [line for line in said.splitlines() if "/12 " in line] == [
        line for line in said_alone.splitlines() if "/12 " in line
    ]


def test_a_submission_that_kills_its_job_is_given_up(
    environment: dict[str, str], scheduler: str, workers: list[Process], tmp_path: Path
) -> None:
    """It is tried twice, named and not recorded; the workers live on and grade the others."""
    members, log, book = ["ada", "bob", "eve"], tmp_path / "log", tmp_path / "book.sqlite"
    cohort = lay_out(tmp_path / "cohort", members, "bob")
    run = grader(
        environment,
        "grade",
        cohort,
        "--cohort",
        "-a",
        "softmax",
        "--gradebook",
        book,
        "--checks",
        deadly_checks(tmp_path / "checks", log),
        "--scheduler",
        scheduler,
    )
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, said
    assert log.read_text().split() == ["killed", "killed"]
    assert "bob: the process that graded it ended 2 times" in " ".join(said.split())
    assert said.rstrip().endswith("not recorded: bob")
    assert [member for member, _ in recorded(book)] == ["ada", "eve"]
    assert all(worker.poll() is None for worker in workers[1:])


def test_a_scheduler_that_is_not_there_is_one_sentence(
    environment: dict[str, str], cohort: Path, tmp_path: Path
) -> None:
    """Nobody at the address: exit code 2, and the address in the sentence."""
    book = tmp_path / "book.sqlite"
    run = grader(environment, "regrade", cohort, "-a", "softmax", "--gradebook", book,
                 "--scheduler", "tcp://127.0.0.1:1")  # fmt: skip
    out, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 2, said
    assert out == ""
    assert "tcp://127.0.0.1:1: no scheduler answers there" in said
    assert "Traceback" not in said


def test_without_the_extra_one_sentence_says_what_to_install(
    environment: dict[str, str], cohort: Path, tmp_path: Path
) -> None:
    """Without dask.distributed --scheduler is a configuration error that names the extra."""
    blocked = "import sys; sys.modules['distributed'] = None\nfrom grader.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", blocked, "regrade", cohort, "-a", "softmax", "--gradebook",
         tmp_path / "book.sqlite", "--scheduler", "tcp://127.0.0.1:1"],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False,
        timeout=PATIENCE,
    )  # fmt: skip
    assert run.returncode == 2, run.stderr
    assert 'pip install "grader[cluster]"' in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr

"""What grading costs, each beside a yardstick that is measured in turn with it.

    python -m pytest tests/benchmarks/test_grading.py -s -n 0

Each benchmark prints the median of the ratios, one for each round, and the least and the greatest.
MNIST comes from the folder that GRADER_DATA names; without it that benchmark is skipped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import warnings
from collections import deque
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from grader.checking.process import Budget, LoadRequest, StandIn, StudentProcess
from grader.checking.replies import value_of
from grader.cli.common import denied_paths, now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.grading import Grader
from grader.plan import HIDDEN, Plan
from grader.sandbox.host.sandbox import Limits, Sandbox
from grader.sandbox.worker.session import Session
from grader.stopwatch import Stopwatch
from tests.benchmarks.ratios import ENVIRONMENT, GRADER, ROUNDS, beside, clock, run, spread

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "tests" / "specimens"
DATA = os.environ.get("GRADER_DATA")


def import_torch() -> float:
    """The yardstick of a start: a bare process that imports torch."""
    return clock(lambda: run(sys.executable, "-c", "import torch"))


def hand_in(folder: Path, *assignments: str, note: str = "") -> None:
    """Lay out reference solutions."""
    for name in assignments:
        (folder / name).mkdir(parents=True, exist_ok=True)
        source = (SPECIMENS / name / "passed/reference" / f"{name}.py").read_text()
        (folder / name / f"{name}.py").write_text(source + note)


def test_first_feedback(benchmark: Any, tmp_path: Path) -> None:
    """From the start of `grader check` to its first line about a check; beside `import torch`."""
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    hand_in(tmp_path / "assignments", "softmax")

    def first_line() -> None:
        with subprocess.Popen(
            [*GRADER, "check", "softmax"], cwd=tmp_path, env=ENVIRONMENT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert any("✓" in line for line in process.stdout)
            process.kill()

    beside(benchmark, first_line, import_torch)


def test_first_result(benchmark: Any, tmp_path: Path) -> None:
    """`grader grade` of one softmax submission, from start to end; beside `import torch`."""
    hand_in(tmp_path, "softmax")
    beside(
        benchmark, lambda: run(*GRADER, "grade", tmp_path, "--assignment", "softmax"), import_torch
    )


def test_help(benchmark: Any) -> None:
    """`grader --help`; beside `import torch`."""
    beside(benchmark, lambda: run(*GRADER, "--help"), import_torch)


@pytest.fixture
def small() -> Plan:
    """softmax and cross_entropy with all checks."""
    known = load_assignments(ROOT / "assignments")
    return Plan([a for a in known if a.id in ("softmax", "cross_entropy")], HIDDEN, 1)


class InProcess:
    """No isolation: requests are answered by a worker's desk in this very process."""

    level = None

    def start_worker(self, _: Limits) -> Any:
        """A desk that is closed like a worker."""
        desk: Any = Session()
        desk.dismiss, desk.output, desk.requests = lambda: None, "", deque()
        return desk


def sent_nowhere(process: Any, *requests: dict[str, Any]) -> None:
    """In the place of frames to a worker."""
    process._worker.requests.extend(map(dict, requests))


def answered_here(process: Any, _subject: str, asked: str) -> Any:
    """In the place of a worker's answer."""
    reply = process._worker.answer(process._worker.requests.popleft())
    return value_of(reply, asked, process.load_request.module, process.limits)


def test_marginal_cost(
    benchmark: Any, small: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more submission of softmax and cross_entropy; beside the same checks in one process."""
    count = 20
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path, "softmax", "cross_entropy")
    files = {a.id: {f"{a.id}.py": (tmp_path / a.id / f"{a.id}.py").read_bytes()}
             for a in small.assignments}  # fmt: skip

    def graded(sandbox: Any) -> float:
        """Seconds from the third submission to the last: what is done once is done by then."""
        times: list[float] = []
        submissions = (Submission(member=f"m{n}", files=files) for n in range(count + 2))
        grader = Grader(small, sandbox, now=now)
        for submission in submissions:
            assert not grader.grade(submission).faults
            times.append(time.perf_counter())
        return times[-1] - times[1]

    def floor() -> float:
        with monkeypatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a worker prints them, pytest makes errors of them
            patch.setattr(StudentProcess, "_send", sent_nowhere)
            patch.setattr(StudentProcess, "_answer", answered_here)
            return graded(InProcess())

    with Sandbox(denied_paths=denied_paths(small), preload=small.preload) as sandbox:
        pairs = [(graded(sandbox), floor()) for _ in range(ROUNDS)]
    ratios = [one / yard for one, yard in pairs]
    each = [median(column) / count * 1000 for column in zip(*pairs, strict=True)]
    print(f"\nmarginal cost: {each[0]:.0f} ms beside {each[1]:.0f} ms; {spread(ratios)}")
    benchmark.extra_info["ratios"] = ratios
    benchmark.pedantic(lambda: None, rounds=1)


def test_two_jobs(benchmark: Any, tmp_path: Path) -> None:
    """A cohort with two jobs, from the first recorded attempt to the last; beside one job."""
    count = 60
    for number in range(count):
        hand_in(
            tmp_path / "cohort" / f"m{number}", "softmax", "cross_entropy", note=f"\n# {number}"
        )
    line = re.compile(rf"\d+/{count} ")

    def graded(jobs: int) -> float:
        with subprocess.Popen(
            [*GRADER, "grade", str(tmp_path / "cohort"), "--cohort", "--jobs", str(jobs),
             "-a", "softmax", "-a", "cross_entropy", "--seed", "1",
             "--gradebook", str(tmp_path / f"{time.time_ns()}.sqlite")],
            env=ENVIRONMENT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            times = [time.perf_counter() for text in process.stderr if line.search(text)]
        assert len(times) == count
        return times[-1] - times[0]

    pairs = [(graded(1), graded(2)) for _ in range(5)]
    ratios = [one / two for one, two in pairs]
    each = [median(column) / count * 1000 for column in zip(*pairs, strict=True)]
    print(f"\ntwo jobs: {each[0]:.0f} ms and {each[1]:.0f} ms for a submission; {spread(ratios)}")
    benchmark.extra_info["ratios"] = ratios
    benchmark.pedantic(lambda: None, rounds=1)


PLAIN = """
import hashlib, random, sys, time
import numpy, torch
torch.set_num_threads(1)
sys.path.insert(0, ".")
import mnist
random.seed(7), numpy.random.seed(7), torch.manual_seed(7)
begun = time.perf_counter()
state = mnist.main().state_dict()
print(time.perf_counter() - begun)
print(hashlib.sha256(b"".join(value.numpy().tobytes() for value in state.values())).hexdigest())
"""


@pytest.fixture
def script(tmp_path: Path) -> bytes:
    """The course's own script in two epochs; its data lie where GRADER_DATA says."""
    if DATA is None:
        pytest.skip("GRADER_DATA names no folder")
    source = (SPECIMENS / "mnist/passed/course_skeleton/mnist.py").read_text()
    source = re.sub(r"num_epochs = \d+", "num_epochs = 2", source)
    (tmp_path / "mnist.py").write_text(source.replace("MNIST_data/", DATA))
    return source.encode()


def test_mnist(benchmark: Any, script: bytes, tmp_path: Path) -> None:
    """main() of `mnist` in the jail; beside the script run plainly, and beside a bare loop."""
    assert DATA is not None
    from torchvision.datasets import MNIST

    whole = {train: MNIST(DATA, train=train) for train in (True, False)}
    mnist = {
        "train_images": whole[True].data, "train_labels": whole[True].targets,
        "test_images": whole[False].data, "test_labels": whole[False].targets,
    }  # fmt: skip
    stand_in = StandIn((HIDDEN / "mnist" / "stand_in.py").read_bytes(), mnist)
    handed = LoadRequest(files={"mnist.py": script}, module="mnist.py", seed=7, stand_in=stand_in)
    limits = Limits(seconds=900.0, memory_mib=2048)
    plain, jailed, bare = [], [], []
    with Sandbox(preload=["torchvision", "torch._dynamo"]) as sandbox:
        for _ in range(5):
            done = subprocess.run(
                [sys.executable, "-c", PLAIN], cwd=tmp_path, check=True, text=True,
                capture_output=True, env={**ENVIRONMENT, "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
            *_, seconds, digest = done.stdout.split()
            plain.append(float(seconds))
            process = StudentProcess(sandbox, limits, handed, Stopwatch(), Budget(300))
            reply = process.ask("new", "SoftmaxModel", "", name="SoftmaxModel", args=[])
            begun = time.perf_counter()
            reply = process.ask("run", "main", "main()", name="main")
            jailed.append(time.perf_counter() - begun)
            state = process.ask("state", "main model", "", model=reply["handle"])
            process.close()
            together = b"".join(value.numpy().tobytes() for value in state.values())
            assert hashlib.sha256(together).hexdigest() == digest
            bare.append(clock(lambda: bare_loop(whole[True].data, whole[True].targets)))
    faster = [one / other for one, other in zip(plain, jailed, strict=True)]
    over = [one / other for one, other in zip(jailed, bare, strict=True)]
    print(f"\nmnist: plain {median(plain):.2f} s, in the jail {median(jailed):.2f} s, bare loop "
          f"{median(bare):.2f} s; {spread(faster)} times as fast as plain, "
          f"{spread(over)} of the bare loop; the same bits")  # fmt: skip
    benchmark.extra_info["ratios"] = faster
    benchmark.pedantic(lambda: None, rounds=1)


def bare_loop(images: Tensor, labels: Tensor) -> None:
    """The arithmetic of the script, on tensors that are in memory and converted already."""
    torch.set_num_threads(1)
    x = images.float().div(255).flatten(1)
    model = nn.Linear(784, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(2):
        order = torch.randperm(len(x))
        for chosen in order.split(100):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[chosen]), labels[chosen]).backward()
            optimizer.step()

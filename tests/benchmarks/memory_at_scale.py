"""Memory of the host and of the warm process over a cohort of 10,000 submissions.

    python -m tests.benchmarks.memory_at_scale [SUBMISSIONS]

Each submission is a softmax of its own text; they are graded and recorded in a gradebook, as
`grader grade --cohort` does. Prints resident memory on the way, and what the last is of the first.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.cli.common import denied_paths, now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.gradebook import Gradebook
from grader.grading import Grader
from grader.plan import HIDDEN, Plan
from grader.sandbox.host.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
FIRST = 100
SPECIMENS = ROOT / "tests/specimens/softmax"
RIGHT = (SPECIMENS / "passed/reference/softmax.py").read_bytes()
WRONG = [path.read_bytes() for path in sorted(SPECIMENS.glob("failed/*/softmax.py"))]


def submissions(count: int) -> Iterator[Submission]:
    """`count` different submissions; each tenth is wrong, in one way after another."""
    for number in range(count):
        source = RIGHT if number % 10 else WRONG[number // 10 % len(WRONG)]
        source += f"\n# {number}\n".encode()
        yield Submission(member=f"m{number}", files={"softmax": {"softmax.py": source}})


def resident(pid: str) -> float:
    """MiB that a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", type=int, nargs="?", default=10_000)
    count = parser.parse_args().submissions
    [softmax] = [a for a in load_assignments(ROOT / "assignments") if a.id == "softmax"]
    plan = Plan([softmax], HIDDEN, 1)
    done, first, begun = 0, (0.0, 0.0), time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        Gradebook(Path(folder) / "book.sqlite") as book,
        Sandbox(denied_paths=denied_paths(plan), preload=plan.preload) as sandbox,
    ):
        children = Path("/proc/self/task").glob("*/children")
        [warm] = "".join(path.read_text() for path in children).split()

        grader = Grader(plan, sandbox, now=now)
        for submission in submissions(count):
            book.record(grader.grade(submission).result)
            done += 1
            if done in (FIRST, count) or done % 1000 == 0:
                found = resident("self"), resident(warm)
                first = found if done == FIRST else first
                print(f"{done:>6}: host {found[0]:.1f} MiB, warm process {found[1]:.1f} MiB, "
                      f"{time.perf_counter() - begun:.0f} s", flush=True)  # fmt: skip
                if done == count:
                    print(f"last of first: host {found[0] / first[0]:.3f}, "
                          f"warm process {found[1] / first[1]:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()

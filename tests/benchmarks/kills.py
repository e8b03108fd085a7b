"""Runs of `grader grade --cohort` that are ended at random moments: what stays, what is lost.

    python tests/benchmarks/kills.py [--kills 30] [--jobs 2] [--patience 2] [--latest 15]

Each run is ended by one of KILL, TERM, HUP, INT and goes on where the last one was. Counted are
its processes and their memory, before the signal and at most `patience` seconds after its end, the
attempts in the gradebook, and what is left in the temporary folder. Exit code 1 when a process or
a file stays, an attempt is lost or twice, or a run ends with another exit code than a shell's: 0
is right only where nothing was left to do when the signal was sent.
"""

import argparse
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
sys.path.insert(0, str(CHECKOUT))

from grader.gradebook import Gradebook  # noqa: E402

REFERENCE = CHECKOUT / "tests" / "specimens" / "softmax" / "passed" / "reference" / "softmax.py"
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
PR_SET_CHILD_SUBREAPER = 36
LONGEST = 120.0


def family() -> dict[int, int]:
    """All processes below this one, orphans too, and the kibibytes that each has for itself."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):  # not a process, or gone
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            if words[0] != "Z":
                parents[int(folder.name)] = int(words[1])
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return {pid: memory(pid) for pid in below - {os.getpid()}}


def memory(pid: int) -> int:
    """Resident memory of a process, in KiB; 0 when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def listens(pid: int) -> bool:
    """Whether a run is ready to end in order: HUP is the last signal that it learns to hear."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGHUP - 1) & 1)
    return False


def reap() -> None:
    """Take leave of orphans that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def lay_out(folder: Path, members: int) -> None:
    """A cohort of right solutions that take a moment each."""
    for number in range(members):
        place = folder / f"m{number:02}" / "softmax"
        place.mkdir(parents=True)
        slow = f"{REFERENCE.read_text()}\n# {number}\nimport time; time.sleep(0.2)\n"
        (place / "softmax.py").write_text(slow)


def recorded(book: Path) -> list[str]:
    """The members of the attempts, each as often as it has one."""
    if not book.exists() or not book.stat().st_size:
        return []
    with Gradebook(book) as opened:
        return sorted(entry.member for entry in opened.entries())


class Trial:
    """A cohort whose grading is ended again and again; `faults` is what went wrong."""

    def __init__(self, folder: Path, members: int, jobs: int, patience: float) -> None:
        self.folder, self.members, self.patience = folder, members, patience
        self.cohort, self.scratch = folder / "cohort", folder / "tmp"
        lay_out(self.cohort, members)
        self.scratch.mkdir()
        self.words = [*COMMAND, "grade", str(self.cohort), "--cohort", "-a", "softmax",
                      "--jobs", str(jobs), "--gradebook"]  # fmt: skip
        self.environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "TMPDIR": str(self.scratch)}
        self.faults: list[str] = []
        self.round = 0
        self.longest = 0.0

    def run(self) -> "subprocess.Popen[bytes]":
        """A run in a session of its own."""
        return subprocess.Popen(
            [*self.words, str(self.book)], cwd=self.folder, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    @property
    def book(self) -> Path:
        """The gradebook of this round; a new one is begun when all are graded."""
        return self.folder / f"{self.round}.sqlite"

    def end(self, number: signal.Signals, after: float, more: int) -> str:
        """Begin, send the signal, look what stays; a line of the table.

        It is sent `after` so many seconds, from the start or, with `more`, from the moment when so
        many more attempts are recorded.
        """
        before = recorded(self.book)
        process = self.run()
        while more and process.poll() is None and len(recorded(self.book)) < len(before) + more:
            time.sleep(0.05)
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
        had = family()
        over = process.poll() is not None
        done = over or len(recorded(self.book)) == self.members
        ready = listens(process.pid)
        process.send_signal(number)
        code = process.wait(LONGEST)
        ended = time.monotonic()
        while (stay := family()) and time.monotonic() - ended < self.patience:
            time.sleep(0.02)
            reap()
        gone = time.monotonic() - ended
        self.longest = max(self.longest, gone)
        what = f"{number.name} after {after:.1f} s" + (f" and {more} attempts" if more else "")
        expected = {0} if over else {-number if number is signal.SIGKILL else 128 + number}
        if done:
            expected.add(0)  # it may have been on its way out
        if not ready:
            expected.add(-number)  # before it listens, a signal does what the kernel does with it
        if code not in expected:
            self.faults.append(f"{what}: exit code {code}, not {sorted(expected)}")
        if stay:
            self.faults.append(f"{what}: {len(stay)} processes stay")
        for path in self.scratch.iterdir():
            self.faults.append(f"{what}: {path.name} stays")
            shutil.rmtree(path, ignore_errors=True)
        after_it = recorded(self.book)
        if Counter(before) - Counter(after_it) or len(set(after_it)) < len(after_it):
            self.faults.append(f"{what}: attempts lost or twice")
        if len(after_it) == self.members:
            self.round += 1
        return (
            f"{what:<34}{len(had)} processes {sum(had.values()) / 1024:5.0f}"
            f" MiB → {len(stay)}, {sum(stay.values()) / 1024:.0f} MiB {gone:.2f} s after its end;"
            f" {len(before)} → {len(after_it)} attempts, exit {code}"
        )

    def finish(self) -> str:
        """Grade what is left, without a signal."""
        code = self.run().wait(LONGEST)
        attempts = recorded(self.book)
        if code or len(attempts) != self.members or len(set(attempts)) != self.members:
            self.faults.append(f"at the end: {len(attempts)} attempts, exit {code}")
        return f"in the end {len(attempts)} attempts of {self.members} members"


def main() -> int:
    """Run the trial, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--latest", type=float, default=15.0)
    parser.add_argument("--patience", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=random.randrange(1000))
    options = parser.parse_args()
    # A shell starts what runs in the background deaf to it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Orphans become children of this process, so that none can hide.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), options.members, options.jobs, options.patience)
        for number in range(options.kills):
            # Half of them while it starts, half while it grades.
            grading = number // len(SIGNALS) % 2
            after = chance.uniform(0, 1.0 if grading else options.latest)
            more = chance.randint(1, options.members // 4) if grading else 0
            print(trial.end(SIGNALS[number % len(SIGNALS)], after, more), flush=True)
        print(trial.finish())
        print(f"the last process was gone {trial.longest:.2f} s after the run at most")
        for fault in trial.faults:
            print(f"FAULT {fault}")
    return 1 if trial.faults else 0


if __name__ == "__main__":
    sys.exit(main())

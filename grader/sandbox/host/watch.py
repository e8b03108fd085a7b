"""What a worker takes of the machine, as the host sees it in /proc: time, threads, files.

Nothing here asks the worker, and nothing that it does from inside its jail changes what is seen.
"""

import contextlib
import math
import os
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Protocol

from grader.sandbox.jail import workdir
from grader.sandbox.limits import Limits

TICK = 0.05
"""Seconds between two looks, as long as looking takes little time."""
_LOOKING = 0.1  # the share of the host's time that it may take
_PATIENCE = 10.0  # how many times longer than what counts an exchange may last in all
_NICEST = 19
_NICE_STEP = 1.25  # a step of niceness changes a thread's share by this factor: sched(7)
_STATE, _PROCESSOR = 0, 36  # fields of /proc/PID/stat after the name: proc(5)


class Watched(Protocol):
    """A worker that can be looked at."""

    pid: int

    def check(self) -> None:
        """End it if it takes too much."""


class Watch:
    """Looks at all workers of a sandbox whenever one of them is talked to; idle ones run as well.

    `workers` is the collection as it is at each look.
    """

    def __init__(self, workers: Collection[Watched]) -> None:
        self._workers = workers
        self._next = 0.0

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.pid for worker in self._workers]

    def look(self) -> None:
        """Check each worker, if the last look was long enough ago."""
        if time.monotonic() < self._next:
            return
        # What it cost, not how long it took: whoever keeps the host waiting is looked at no later.
        begun = time.thread_time()
        for worker in tuple(self._workers):
            worker.check()
        self._next = time.monotonic() + max(TICK, (time.thread_time() - begun) / _LOOKING)


class Meter:
    """The seconds that count against a worker from now on.

    Time in which its first thread, the one that answers, waited for a processor that others used
    does not count. Time in which it ran does, of all threads together, and so does time in which
    that thread slept; and never less than a tenth of the time that passed, so that everything
    ends. Where the kernel does not tell how long a thread waited, all time counts.

    `siblings` are all workers of its sandbox: they run the same submission's code, and to wait for
    them is no excuse.
    """

    def __init__(self, pid: int, siblings: Collection[int]) -> None:
        self._pid = pid
        self._siblings = {pid, *siblings}
        self._ran: dict[int, float] = {}  # also of those that have ended meanwhile
        self._begin = time.monotonic()
        self._first: _Reading | None = None
        self._next = self._begin + TICK  # nothing is read for an answer that comes at once
        self._excused = 0.0

    @property
    def seconds(self) -> float:
        """What counts so far."""
        if self._first is not None:
            self._read()
        return time.monotonic() - self._begin - self._excused

    def left(self, of: float) -> float:
        """How many of `of` seconds are left; zero or less: they are over."""
        now = time.monotonic()
        if now >= self._next and (self._first is None or now - self._begin >= of):
            self._read()
            self._next = time.monotonic() + TICK
        return of - (now - self._begin - self._excused)

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # it has ended, or the kernel does not tell
            self._ran |= _ran(self._siblings)
            reading = _Reading(self._pid, sum(self._ran.values()))
            self._first = self._first or reading
            self._excused = max(self._excused, reading.excused_since(self._first))


class _Reading:
    """When, and what the process and its siblings had of the processor then: all in seconds."""

    def __init__(self, pid: int, ran: float) -> None:
        self.time = time.monotonic()
        self.ran = ran
        # The second field: how long the thread that answers was ready to run and did not.
        text = Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii")
        self.waited = int(text.split()[1]) / 1e9

    def excused_since(self, first: "_Reading") -> float:
        """The time since `first` in which it waited and they had less than one processor."""
        passed = self.time - first.time
        counted = max(passed - (self.waited - first.waited), self.ran - first.ran)
        return max(0.0, passed - max(counted, passed / _PATIENCE))


def _ran(pids: Iterable[int]) -> dict[int, float]:
    """The processor time that each process has had, in seconds; none of one that has ended."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            # The clock of another process's processor time: clock_getcpuclockid(3).
            found[pid] = time.clock_gettime(~pid << 3 | 2)
    return found


def threads_of(pid: int) -> list[int]:
    """The ids of the threads of a process; none once it has ended."""
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    return []


class OneCore:
    """The core that a worker's threads share, once two of them are seen at work at the same time.

    They weigh as one there. Their jail can undo neither, for `seccomp` refuses the calls. A thread
    that works alone is left to the kernel, which moves it away from where others crowd.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._core: int | None = None

    def hold(self, threads: Collection[int]) -> None:
        """Hold `threads`, all that there are now; those they start are held with them."""
        if self._core is None and len(threads) > 1:
            self._core = self._crowded(threads)
        if self._core is None:
            return
        niceness = min(_NICEST, math.ceil(math.log(len(threads) or 1, _NICE_STEP)))
        for thread in threads:
            # It may have ended. Root without the right to change others' priorities has to let be.
            with contextlib.suppress(OSError):
                os.sched_setaffinity(thread, {self._core})
                os.setpriority(os.PRIO_PROCESS, thread, niceness)

    def _crowded(self, threads: Collection[int]) -> int | None:
        """The core of one thread, if another is ready to run as well."""
        found = []
        for thread in threads:
            with contextlib.suppress(OSError):
                path = Path(f"/proc/{self._pid}/task/{thread}/stat")
                text = path.read_text(encoding="utf-8", errors="replace")
                fields = text.rpartition(")")[2].split()
                if fields[_STATE] == "R":
                    found.append(int(fields[_PROCESSOR]))
        return found[0] if len(found) > 1 else None


def excess(pid: int, home: Path | None, limits: Limits, threads: int) -> str | None:
    """What a worker takes too much of that the kernel does not limit in every kind of jail."""
    if threads > limits.threads:
        return f"it started more than {limits.threads} threads"
    if home is not None:
        return workdir.excess(home, limits.disk_mib, workdir.deleted_bytes(pid))
    return None

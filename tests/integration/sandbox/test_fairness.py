"""Whose time counts: a worker's own, not its neighbours'; and what idle workers may not do."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from probes import probe

from grader.sandbox.host.sandbox import Level, Limits, Sandbox, Worker, WorkerDied, WorkerTimedOut

BUSY = 6
COMPUTE = """
import time
begin = time.process_time()
while time.process_time() - begin < 0.6: pass
result = 'computed'
"""
CROWD = """
import hashlib, threading, time
def burn():
    while True: hashlib.pbkdf2_hmac('sha256', b'x', b'y', 100_000)
for _ in range({}): threading.Thread(target=burn, daemon=True).start()
"""
FILL = """
import threading, time
def fill():
    block = bytes(1 << 20)
    for number in range(100):
        try: open(str(number), 'wb').write(block)
        except OSError: time.sleep(600)
    time.sleep(600)
threading.Thread(target=fill, daemon=True).start()
"""
MANY_THREADS = """
import threading, time
def crowd():
    for _ in range(300):
        try: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        except RuntimeError: time.sleep(600)
    time.sleep(600)
threading.Thread(target=crowd, daemon=True).start()
"""


@pytest.fixture
def crowded_core() -> Iterator[int]:
    """A core on which others compute all the time."""
    core = min(os.sched_getaffinity(0))
    command = [sys.executable, "-c", "while True: pass"]
    neighbours = [subprocess.Popen(command, start_new_session=True) for _ in range(BUSY)]
    for neighbour in neighbours:
        os.sched_setaffinity(neighbour.pid, {core})
    yield core
    for neighbour in neighbours:
        neighbour.kill()
        neighbour.wait()


def ran(worker: Worker) -> float:
    """The processor time that a worker has had, in seconds."""
    return time.clock_gettime(~worker.pid << 3 | 2)


def test_waiting_for_the_processor_does_not_count(worker: Worker, crowded_core: int) -> None:
    """0.6 s of computing fit into 2 s, also where neighbours make it last far longer."""
    os.sched_setaffinity(worker.pid, {crowded_core})
    begin = time.monotonic()
    assert probe(worker, COMPUTE, seconds=2) == "computed"
    assert time.monotonic() - begin > 2, "the neighbours did not compute"
    assert worker.seconds_used < 2


def test_computing_without_end_is_stopped_beside_neighbours(
    worker: Worker, crowded_core: int
) -> None:
    """A loop without end is stopped once it has had its time, ten times as late at most."""
    os.sched_setaffinity(worker.pid, {crowded_core})
    begin = time.monotonic()
    with pytest.raises(WorkerTimedOut):
        probe(worker, "while True: pass", seconds=0.5)
    assert time.monotonic() - begin < 8


def test_sleep_counts(worker: Worker, crowded_core: int) -> None:
    """Whoever sleeps waits for nobody: its time is up after that time, busy neighbours or not."""
    os.sched_setaffinity(worker.pid, {crowded_core})
    begin = time.monotonic()
    with pytest.raises(WorkerTimedOut):
        probe(worker, "import time; time.sleep(600)", seconds=1)
    assert time.monotonic() - begin < 3


def test_threads_share_one_core(sandbox: Sandbox) -> None:
    """Sixty threads have one core, and weigh as one thread there; a single one is left alone."""
    with sandbox.start_worker(Limits(memory_mib=8192)) as worker:
        assert probe(worker, COMPUTE) == "computed"
        assert os.sched_getaffinity(worker.pid) == os.sched_getaffinity(0)
        probe(worker, CROWD.format(60) + "time.sleep(0.5)")
        begin, before = time.monotonic(), ran(worker)
        probe(worker, "time.sleep(1)")
        assert (ran(worker) - before) / (time.monotonic() - begin) < 1.1
        threads = [int(name) for name in os.listdir(f"/proc/{worker.pid}/task")]
        assert len(threads) > 60
        assert {len(os.sched_getaffinity(thread)) for thread in threads} == {1}
        assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {19}


def test_threads_that_compute_count_together(sandbox: Sandbox) -> None:
    """The time of all threads is the worker's: waiting for one's own threads is no excuse."""
    with sandbox.start_worker(Limits(memory_mib=8192)) as worker:
        probe(worker, CROWD.format(20) + "time.sleep(0.2)")
        begin = time.monotonic()
        with pytest.raises(WorkerTimedOut):
            probe(worker, "while True: pass", seconds=1)
        assert time.monotonic() - begin < 12
        assert worker.seconds_used >= 1


def test_waiting_for_ones_own_other_worker_is_no_excuse(sandbox: Sandbox) -> None:
    """All workers of a submission have the time together, also one that nobody talks to."""
    core = min(os.sched_getaffinity(0))
    with sandbox.start_worker(Limits()) as idle, sandbox.start_worker(Limits()) as asked:
        probe(idle, CROWD.format(1))
        for worker in (idle, asked):
            for thread in os.listdir(f"/proc/{worker.pid}/task"):
                os.sched_setaffinity(int(thread), {core})
        before = ran(idle) + ran(asked)
        assert probe(asked, COMPUTE) == "computed"
        together = ran(idle) + ran(asked) - before
    assert together > 0.8, "the idle worker did not compute"
    assert asked.seconds_used > 0.8 * together


def fate_of(idle: Worker, other: Worker, source: str) -> object:
    """How a worker ended that nobody talks to while the host talks to `other`, or its answer."""
    for _ in range(10):
        probe(other, "import time; time.sleep(0.1)")
    try:
        return probe(idle, source)
    except WorkerDied as died:
        return str(died)


def test_the_files_of_an_idle_worker_are_watched(sandbox: Sandbox) -> None:
    """A worker that fills its folder is ended, or refused, while the host talks to another."""
    limits = Limits(disk_mib=4)
    with sandbox.start_worker(limits) as idle, sandbox.start_worker(limits) as other:
        probe(idle, FILL)
        size = "import os; result = sum(os.stat(name).st_size for name in os.listdir('.'))"
        fate = fate_of(idle, other, size)
    assert fate == "its files took more than 4 MiB" or fate in range((4 << 20) + 1)


def test_the_threads_of_an_idle_worker_are_watched(sandbox: Sandbox) -> None:
    """A worker that starts threads is ended, or refused, while the host talks to another."""
    limits = Limits(threads=16, memory_mib=8192)
    with sandbox.start_worker(limits) as idle, sandbox.start_worker(limits) as other:
        probe(idle, MANY_THREADS)
        fate = fate_of(idle, other, "result = threading.active_count()")
    assert fate == "it started more than 16 threads" or fate in range(17)


def test_short_answers_do_not_hide_from_being_watched(sandbox: Sandbox) -> None:
    """What a worker takes is looked at also where each single answer comes at once."""
    limits = Limits(disk_mib=4)
    if sandbox.level is Level.NAMESPACES:
        return  # the kernel keeps the bound
    source = "open('{}', 'wb').write(bytes(1 << 16))"
    with sandbox.start_worker(limits) as worker:
        with suppress(WorkerDied):
            for number in range(1000):
                probe(worker, source.format(number))
        with pytest.raises(WorkerDied, match="its files took more than 4 MiB"):
            probe(worker, "result = 1")


def test_many_short_lines_are_taken_together(worker: Worker) -> None:
    """However often a worker prints, the host looks at the output five hundred times a second."""
    looks = []
    drain = worker._drain_once

    def counted() -> bool | None:
        looks.append(time.monotonic())
        return drain()

    worker._drain_once = counted  # type: ignore[method-assign]
    source = """
        import time
        for number in range(3000): print(number, flush=True); time.sleep(0.0001)
        result = 1
        """
    begin = time.monotonic()
    assert probe(worker, source) == 1
    assert len(looks) <= (time.monotonic() - begin) / 0.002 + 1
    assert worker.output.startswith("0\n1\n2\n")

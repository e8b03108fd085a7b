"""How much a worker may take: memory, time, disk, descriptors, threads."""

import os
import time
from pathlib import Path

import pytest
from probes import probe

from grader.sandbox.host.sandbox import Level, Limits, Sandbox, WorkerDied, WorkerTimedOut


def test_memory_is_limited(sandbox: Sandbox) -> None:
    """Taking more than allowed is an error in the worker, for private and for shared memory."""
    with sandbox.start_worker(Limits(memory_mib=256)) as worker:
        assert probe(worker, "a = bytearray(100 << 20); result = len(a)") == 100 << 20
        assert probe(worker, "b = bytearray(1 << 30)") == "MemoryError"
        assert probe(worker, "import mmap; mmap.mmap(-1, 1 << 30)") == "OSError ENOMEM"
        assert probe(worker, "import torch; torch.zeros(1 << 30)") == "RuntimeError"


def test_memory_taken_bit_by_bit_is_limited(sandbox: Sandbox) -> None:
    """A list that grows without end stops at the limit, in the worker or with its death."""
    with sandbox.start_worker(Limits(memory_mib=256)) as worker:
        source = "c = []\nwhile True: c.append(bytearray(1 << 20))"
        try:
            outcome = probe(worker, source)
        except WorkerDied as died:
            outcome = "MemoryError" if died.out_of_memory else str(died)
        assert outcome == "MemoryError"
        worker.close()
        assert worker.max_rss_kib is not None
        assert worker.max_rss_kib < 2 << 20


def test_an_endless_loop_is_stopped_in_time(sandbox: Sandbox) -> None:
    """The host waits no longer than it said, and the worker is gone afterwards."""
    with sandbox.start_worker(Limits()) as worker:
        begin = time.monotonic()
        with pytest.raises(WorkerTimedOut):
            probe(worker, "while True: pass", seconds=0.5)
        assert time.monotonic() - begin < 30
        assert not Path(f"/proc/{worker.pid}").exists()
        with pytest.raises(WorkerDied):
            probe(worker, "result = 1")


def test_a_stopped_process_is_stopped_for_good(sandbox: Sandbox) -> None:
    """A worker that stops itself with a signal is killed at the deadline like any other."""
    with sandbox.start_worker(Limits()) as worker:
        with pytest.raises(WorkerTimedOut):
            probe(
                worker,
                "import os, signal, time; os.kill(os.getpid(), signal.SIGSTOP); time.sleep(600)",
                seconds=0.5,
            )
        assert not Path(f"/proc/{worker.pid}").exists()


def test_descriptors_are_limited(sandbox: Sandbox) -> None:
    """Opening files without end fails at `open_files`."""
    with sandbox.start_worker(Limits(open_files=32)) as worker:
        source = """
            import os
            count = 4  # null, output twice, the connection
            try:
                while True: os.open('.', os.O_RDONLY); count += 1
            except OSError as error: result = [count, error.errno]
            """
        assert probe(worker, source) == [32, 24]


def test_one_file_is_limited(sandbox: Sandbox) -> None:
    """A file larger than the private folder cannot be written."""
    with sandbox.start_worker(Limits(disk_mib=4)) as worker:
        source = "open('a', 'wb').write(bytes(8 << 20))"
        assert probe(worker, source) in {"OSError EFBIG", "OSError ENOSPC"}


MANY_FILES = "for i in range(8): open(str(i), 'wb').write(block)"
OPEN_AND_DELETED = """
import os
held = []
for i in range(8):
    held.append(open('deleted', 'wb', buffering=0))
    os.remove('deleted')
    held[-1].write(block)
"""
WITHOUT_A_NAME = """
import os
for i in range(8): os.write(os.open('.', os.O_TMPFILE | os.O_WRONLY), block)
"""
VERY_DEEP = """
import os
for i in range(60): os.mkdir('d' * 200); os.chdir('d' * 200)
for i in range(8): open(str(i), 'wb').write(block)
"""
NOT_LISTABLE = """
import os
os.mkdir('closed', 0o300)
for i in range(8): open('closed/' + str(i), 'wb').write(block)
"""


@pytest.mark.parametrize(
    "source",
    [MANY_FILES, OPEN_AND_DELETED, WITHOUT_A_NAME, VERY_DEEP, NOT_LISTABLE],
    ids=["many", "open and deleted", "without a name", "very deep", "not listable"],
)
def test_files_together_are_limited(sandbox: Sandbox, source: str) -> None:
    """More than `disk_mib` in several files is an error or a death, however they are hidden."""
    with sandbox.start_worker(Limits(disk_mib=4)) as worker:
        hold = "\nimport time; time.sleep(600)"
        try:
            outcome = probe(worker, "block = bytes(1 << 20)\n" + source + hold)
        except WorkerDied as died:
            outcome = str(died)
    if sandbox.level is Level.NAMESPACES:
        assert outcome == "OSError ENOSPC"
    elif source == VERY_DEEP or (source == NOT_LISTABLE and os.geteuid()):
        assert outcome == "it made a folder that cannot be listed"
    else:
        assert outcome == "its files took more than 4 MiB"


def test_threads_are_limited(sandbox: Sandbox) -> None:
    """Starting threads without end fails, or ends the worker; the next one is not affected."""
    source = """
        import threading, time
        stop = threading.Event(); count = 0
        try:
            for count in range(100_000): threading.Thread(target=stop.wait, daemon=True).start()
        except RuntimeError: pass
        result = count
        time.sleep(2)
        stop.set()
        """
    with sandbox.start_worker(Limits(threads=64)) as worker:
        try:
            outcome = probe(worker, source)
        except WorkerDied as died:
            outcome = str(died)
    assert outcome == "it started more than 64 threads" or outcome <= 64
    with sandbox.start_worker(Limits()) as worker:
        assert probe(worker, "result = 1") == 1

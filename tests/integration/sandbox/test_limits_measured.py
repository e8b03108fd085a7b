"""Each limit as a figure: what is enforced, and what a worker could get. The table is shown."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from probes import probe
from rich.console import Console
from rich.table import Table

from grader.sandbox.host.sandbox import Limits, Sandbox, Worker, WorkerDied, WorkerTimedOut

MIB = 1 << 20
LIMITS = Limits(memory_mib=256, disk_mib=16, threads=32, open_files=64, output_bytes=64 * 1024)
SLACK = 1.1

PRIVATE = """
held, count = [], 0
try:
    while True: held.append(bytearray(1 << 20)); count += 1
except MemoryError: held, result = None, count
"""
MAPPED = """
import mmap
held, count = [], 0
try:
    while True: held.append(mmap.mmap(-1, 1 << 20)); held[-1].write(bytes(1 << 20)); count += 1
except (OSError, MemoryError): held, result = None, count
"""
OF_NO_MAPPING = """
import ctypes, os
result = 0
try: result += os.ftruncate(os.memfd_create('x'), 1 << 30) is None
except OSError: pass
result += ctypes.CDLL(None).shmget(0, 1 << 30, 0o1600) >= 0
"""
IN_A_TMPFS = """
result = 0
for place in ('/dev/shm', '/run', '/tmp', '/dev'):
    try: result += open(place + '/stuffed', 'wb').write(bytes(1 << 20)) >> 20
    except OSError: pass
"""
OPENED = """
import os
held = []
try:
    while True: held.append(os.open('.', os.O_RDONLY))
except OSError: result = held[-1] + 1
[os.close(fd) for fd in held]
"""
STARTED = """
import threading, time
stop, count = threading.Event(), 1
try:
    for _ in range(1000):
        threading.Thread(target=stop.wait, daemon=True).start(); count += 1
        print(count, flush=True)
except RuntimeError: pass
time.sleep(1)
stop.set()
result = count
"""
WRITTEN = """
block, total = bytes(1 << 20), 0
try:
    for number in range(100_000):
        with open(str(number), 'wb', buffering=0) as file: total += file.write(block)
        print(total >> 20, flush=True)
except OSError: pass
result = total >> 20
"""


def had(worker: Worker, source: str) -> tuple[int, bool]:
    """How much `source` got, by its result or else by the last number that it printed.

    The second value is whether the worker was ended for it.
    """
    try:
        return int(probe(worker, source)), False
    except WorkerDied:
        return int(worker.output.split()[-1]), True


def test_what_is_enforced_is_what_can_be_had(
    sandbox: Sandbox, record_property: Callable[[str, object], None]
) -> None:
    """No more memory, time, disk, output, files or threads can be had than is said."""
    table = Table("what", "enforced", "measured", title=f"Limits at level {sandbox.level}")

    def row(what: str, unit: str, most: float, found: float, slack: float = SLACK) -> None:
        table.add_row(what, f"{most:g} {unit}", f"{found:g} {unit}")
        assert found <= most * slack, what

    for what, source, most in (
        ("memory, private", PRIVATE, LIMITS.memory_mib),
        ("memory, shared mappings", MAPPED, LIMITS.memory_mib),
        ("memory of memfd and System V", OF_NO_MAPPING, 0),
        ("open files", OPENED, LIMITS.open_files),
    ):
        with sandbox.start_worker(LIMITS) as worker:
            row(what, "" if "open" in what else "MiB", most, probe(worker, source))
    with sandbox.start_worker(LIMITS) as worker:
        home = probe(worker, "import os; result = os.path.realpath('/tmp') == os.environ['HOME']")
        # With namespaces /tmp is the private folder itself, and counts as disk.
        row("memory in any tmpfs", "MiB", int(home), probe(worker, IN_A_TMPFS), 1)
    with sandbox.start_worker(replace(LIMITS, memory_mib=2048)) as worker:
        # Where the kernel does not count, the host does, twenty times a second: it cannot say how
        # many there will be by then, but it ends the worker.
        started, ended = had(worker, STARTED)
        row("threads", "", LIMITS.threads, started, inf if ended else 1)
    with sandbox.start_worker(LIMITS) as worker:
        written, ended = had(worker, WRITTEN)
        row("disk", "MiB", LIMITS.disk_mib, written, inf if ended else SLACK)
    with sandbox.start_worker(LIMITS) as worker:
        probe(worker, f"for _ in range(100): print('x' * {MIB})")
        row("output kept, of 100 MiB", "KiB", 64, len(worker.output.encode()) / 1024, 1)
    with sandbox.start_worker(LIMITS) as worker:
        begin = time.monotonic()
        with pytest.raises(WorkerTimedOut):
            probe(worker, "while True: pass", seconds=1)
        row("wall clock", "s", 1, round(time.monotonic() - begin, 2), 30)
        assert not Path(f"/proc/{worker.pid}").exists()
    console = Console(file=io.StringIO(), width=80)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    record_property("shown", console.file.getvalue())

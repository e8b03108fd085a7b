"""What code in the jail can and cannot do, tried for real at both levels."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from grader.errors import SandboxError
from grader.sandbox.host import (
    Level,
    Limits,
    ReplyTooLarge,
    Sandbox,
    Worker,
    WorkerDied,
    WorkerTimedOut,
)

ROOT = Path(__file__).resolve().parents[2]
PROBE_WORKER = str(Path(__file__).with_name("probe_worker.py"))
PATIENCE = 60.0


@pytest.fixture(scope="module", params=list(Level))
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An open sandbox of each level, whose workers run probes."""
    shared = tmp_path_factory.mktemp("shared")
    (shared / "open.txt").write_text("open")
    (shared / "secret").mkdir()
    (shared / "secret" / "labels.txt").write_text("labels")
    with Sandbox(
        request.param,
        worker=PROBE_WORKER,
        concealed=[shared / "secret"],
        readable=[shared],
        preload=("torchvision", "pandas", "torch._dynamo"),
    ) as opened:
        opened.shared = shared  # type: ignore[attr-defined]
        yield opened


@pytest.fixture
def worker(sandbox: Sandbox) -> Iterator[Worker]:
    """A fresh worker."""
    with sandbox.start_worker(Limits(memory_mib=2048)) as started:
        yield started


def probe(worker: Worker, source: str, seconds: float = PATIENCE) -> Any:
    """Run `source` in the jail; the value it leaves in `result`."""
    body = textwrap.dedent(source).encode()
    return json.loads(worker.ask(body, seconds=seconds, max_reply=1 << 20))


def wait_until(condition: Any, seconds: float = PATIENCE) -> bool:
    """Whether `condition()` becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def processes() -> dict[int, int]:
    """All processes of this machine: id → parent's id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
    return found


def descendants(root: int) -> set[int]:
    """All processes below `root`."""
    parents, family = processes(), {root}
    while more := {p for p, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {root}


def test_level_is_the_one_asked_for(sandbox: Sandbox, request: pytest.FixtureRequest) -> None:
    """A sandbox of a given level says so, and its workers answer."""
    assert sandbox.level in request.node.name or sandbox.level.value in request.node.name  # type: ignore[operator, union-attr]
    with sandbox.start_worker(Limits()) as worker:
        assert probe(worker, "result = 6 * 7") == 42


# --- files -----------------------------------------------------------------------------------

REFUSED_READING = {"PermissionError EACCES", "PermissionError EPERM", "FileNotFoundError ENOENT"}


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/etc/hostname",
        "/proc/self/environ",
        "/proc/1/environ",
        "/proc/self/maps",
        "/dev/mem",
        "/dev/tty",
        str(ROOT / "grader" / "errors.py"),
        str(ROOT / "grader" / "sandbox" / "worker.py"),
        str(ROOT / "pyproject.toml"),
        __file__,
    ],
)
def test_files_outside_the_list_cannot_be_read(worker: Worker, path: str) -> None:
    """System files, the grader's own source, its tests and this repository are out of reach."""
    assert probe(worker, f"open({path!r}, 'rb').read(1)") in REFUSED_READING


@pytest.mark.parametrize("path", ["/", "/root", "/home", "/tmp/..", "/etc", str(ROOT), "/usr/bin"])
def test_folders_outside_the_list_cannot_be_listed(worker: Worker, path: str) -> None:
    """Folders that hold no library cannot be listed."""
    assert probe(worker, f"import os; os.listdir({path!r})") in REFUSED_READING


def test_concealed_path_in_a_readable_folder_cannot_be_read(
    sandbox: Sandbox, worker: Worker
) -> None:
    """A concealed folder stays shut although what lies next to it can be read."""
    shared = sandbox.shared  # type: ignore[attr-defined]
    assert probe(worker, f"result = open('{shared}/open.txt').read()") == "open"
    secret = f"{shared}/secret/labels.txt"
    assert probe(worker, f"open({secret!r})") in REFUSED_READING
    assert probe(worker, f"import os; os.listdir('{shared}/secret')") in REFUSED_READING
    around = f"""
        import os
        os.symlink({secret!r}, 'link')
        open('link')
        """
    assert probe(worker, around) in REFUSED_READING
    assert probe(worker, f"os.link({secret!r}, 'hard')") not in (None, 0)


@pytest.mark.parametrize(
    "folder", ["/", "/tmp/..", "/usr/lib", "/dev", "/dev/shm", os.__file__[:-6]]
)
def test_nothing_can_be_written_outside_the_private_folder(worker: Worker, folder: str) -> None:
    """Writing, making folders and removing fail everywhere but in the private folder."""
    refused = {*REFUSED_READING, "OSError EROFS"}
    assert probe(worker, f"open('{folder}/grader-probe', 'w')") in refused
    assert probe(worker, f"import os; os.mkdir('{folder}/grader-probe')") in refused
    assert not Path(folder, "grader-probe").exists()


def test_attributes_of_readable_files_cannot_be_changed(sandbox: Sandbox, worker: Worker) -> None:
    """Modes, times, attributes and length of a file that can be read stay as they are."""
    path = f"{sandbox.shared}/open.txt"  # type: ignore[attr-defined]
    before = os.stat(path)
    for call in (
        f"os.chmod({path!r}, 0)",
        f"os.fchmod(os.open({path!r}, os.O_RDONLY), 0)",
        f"os.utime({path!r}, (0, 0))",
        f"os.truncate({path!r}, 0)",
        f"os.open({path!r}, os.O_RDONLY | os.O_TRUNC)",
        f"os.setxattr({path!r}, 'user.x', b'1')",
        f"os.chown({path!r}, 1, 1)",
    ):
        assert probe(worker, f"import os; {call}") == "PermissionError EPERM", call
    after = os.stat(path)
    assert (after.st_mode, after.st_mtime_ns, after.st_size) == (
        before.st_mode, before.st_mtime_ns, before.st_size,
    )  # fmt: skip


def test_private_folder_works(worker: Worker) -> None:
    """The working directory and the temporary folder can be written, read, listed and emptied."""
    source = """
        import os, tempfile
        open('a.txt', 'w').write('x')
        os.mkdir('sub'); os.rename('a.txt', 'sub/b.txt')
        with tempfile.NamedTemporaryFile() as file: file.write(b'y')
        result = [os.listdir('.'), os.listdir('sub'), os.listdir(tempfile.gettempdir())]
        os.remove('sub/b.txt'); os.rmdir('sub')
        """
    assert probe(worker, source) == [["sub"], ["b.txt"], ["work"]]


def test_workers_do_not_see_each_others_files(sandbox: Sandbox, worker: Worker) -> None:
    """A file of one worker cannot be opened by another."""
    path = probe(worker, "import os; open('a', 'w').close(); result = os.path.abspath('a')")
    with sandbox.start_worker(Limits()) as other:
        assert probe(other, f"open({path!r})") in REFUSED_READING


# --- processes, network, the kernel ------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        "os.fork()",
        "os.vfork() if hasattr(os, 'vfork') else os.fork()",
        "os.execv('/bin/sh', ['sh'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "subprocess.run(['/bin/true'])",
        "os.system('true') and os.fork()",
        "os.setsid()",
        "os.setpgid(0, 0)",
        "os.kill(os.getppid(), 0)",
        "os.kill(-1, 9)",
        "os.kill(0, 9)",
        "os.kill(2, 0)",
        "os.pidfd_open(os.getpid())",
        "os.memfd_create('x')",
        "os.sched_setaffinity(os.getppid() or 2, {0})",
        "os.setpriority(os.PRIO_PGRP, 0, 5)",
        "os.sched_setscheduler(2, os.SCHED_IDLE, os.sched_param(0))",
        "resource.prlimit(2, resource.RLIMIT_NOFILE)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "socket.socketpair()[0].bind(b'\\0grader-probe')",
        "fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())",
        "fcntl.fcntl(1, fcntl.F_SETSIG, 9)",
        "fcntl.ioctl(0, 0x5412, b'x')",
        "os.mkfifo('fifo')",
        "os.mknod('node')",
        "os.chroot('/tmp')",
    ],
)
def test_calls_that_reach_outside_are_refused(worker: Worker, call: str) -> None:
    """New processes, signals, sockets and limits of others are refused with EPERM."""
    source = f"import fcntl, os, resource, socket, subprocess; result = {call}"
    assert probe(worker, source) == "PermissionError EPERM"


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("ptrace", 101, "EPERM"),
        ("unshare", 272, "EPERM"),
        ("mount", 165, "EPERM"),
        ("keyctl", 250, "EPERM"),
        ("bpf", 321, "EPERM"),
        ("io_uring_setup", 425, "EPERM"),
        ("shmget", 29, "EPERM"),
        ("mq_open", 240, "EPERM"),
        ("userfaultfd", 323, "EPERM"),
        ("perf_event_open", 298, "EPERM"),
        ("tkill", 200, "EPERM"),
        ("clone", 56, "EPERM"),
        ("clone3", 435, "ENOSYS"),
        ("openat2", 437, "ENOSYS"),
        ("a call of the future", 1000, "ENOSYS"),
    ],
)
def test_raw_system_calls_are_refused(
    worker: Worker, name: str, number: int, expected: str
) -> None:
    """Calls that Python has no words for are refused as well; numbers are x86-64's."""
    from grader.sandbox.syscalls import DENIED, MACHINES

    machine = MACHINES[os.uname().machine]
    if name in DENIED or name in ("clone", "clone3", "openat2"):
        number = machine.number(name) or number
    source = f"""
        import ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        code = libc.syscall({number}, 0, 0, 0, 0, 0, 0)
        result = [code, errno.errorcode.get(ctypes.get_errno())]
        """
    assert probe(worker, source) == [-1, expected], name


def test_worker_stays_bound_to_its_parent(worker: Worker) -> None:
    """Student code can neither outlive the warm process nor become readable for others."""
    source = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        result = [libc.prctl(1, 0, 0, 0, 0), libc.prctl(4, 1, 0, 0, 0), libc.prctl(39, 0, 0, 0, 0)]
        """
    assert probe(worker, source) == [-1, -1, 1]


def test_no_capability_is_left(worker: Worker) -> None:
    """All capability sets are empty, also when the grader was started as root."""
    source = """
        import ctypes, struct
        libc = ctypes.CDLL(None, use_errno=True)
        sets = ctypes.create_string_buffer(24)
        code = libc.capget(struct.pack('Ii', 0x20080522, 0), sets)
        result = [code, sets.raw.hex()]
        """
    assert probe(worker, source) == [0, "00" * 24]


def test_one_can_signal_oneself(worker: Worker) -> None:
    """A process in the jail may send itself signals."""
    source = """
        import os, signal
        got = []
        signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
        os.kill(os.getpid(), signal.SIGUSR1)
        signal.raise_signal(signal.SIGUSR1)
        result = len(got)
        """
    assert probe(worker, source) == 2


def test_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the host's environment reaches the worker, and its folders are private."""
    monkeypatch.setenv("GITHUB_TOKEN", "hunter2")
    with (
        Sandbox(worker=PROBE_WORKER, preload=()) as sandbox,
        sandbox.start_worker(Limits()) as worker,
    ):
        source = "import os, sys; result = [dict(os.environ), os.getcwd(), sys.argv]"
        environment, cwd, argv = probe(worker, source)
    assert set(environment) == {
        "HOME", "TMPDIR", "USER", "LOGNAME", "PATH", "LANG",
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
    }  # fmt: skip
    assert cwd == environment["HOME"] + "/work"
    assert "hunter2" not in str(argv)


def test_only_the_agreed_descriptors_are_open(worker: Worker) -> None:
    """The worker has standard input (null), output and its connection, nothing else."""
    source = """
        import os
        result = []
        for fd in range(1024):
            try: os.fstat(fd); result.append(fd)
            except OSError: pass
        """
    assert probe(worker, source) == [0, 1, 2, 3]
    assert probe(worker, "import sys; result = sys.stdin.read()") == ""


# --- what must work ----------------------------------------------------------------------------


def test_threads_work(worker: Worker) -> None:
    """Threads can be started, by Python and by torch."""
    source = """
        import threading, torch
        seen = []
        many = [threading.Thread(target=seen.append, args=(i,)) for i in range(20)]
        [t.start() for t in many]; [t.join() for t in many]
        torch.set_num_threads(2)
        result = [len(seen), (torch.ones(600, 600) @ torch.ones(600, 600))[0, 0].item()]
        """
    assert probe(worker, source) == [20, 600.0]


def test_training_works(worker: Worker) -> None:
    """Convolution, backward, SGD, DataLoader, transforms and pandas work in the jail, silently."""
    source = """
        import io, torch, torchvision, pandas
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset
        model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        data = TensorDataset(torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,)))
        for x, y in DataLoader(data, batch_size=16, shuffle=True, num_workers=0):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        torch.optim.Adam(model.parameters()).step()
        open('a.csv', 'w').write('a,b\\n1,2\\n3,4\\n')
        table = pandas.read_csv('a.csv')
        through = torchvision.transforms.Compose([
            torchvision.transforms.ToTensor(), torchvision.transforms.Normalize((0.1,), (0.3,))])
        from PIL import Image
        import numpy
        image = through(Image.fromarray(numpy.zeros((28, 28), dtype=numpy.uint8)))
        import torch.distributions, torch.linalg, torch.fft, torch.nn.utils.parametrizations
        from torch.utils.data import random_split
        torch.save(model.state_dict(), 'model.pt')
        model.load_state_dict(torch.load('model.pt'))
        import sklearn.linear_model, unittest, sqlite3, yaml
        result = [int(table.a.sum()), list(image.shape), torch.isfinite(next(model.parameters())).all().item()]
        """
    assert probe(worker, source) == [4, [1, 28, 28], True]
    assert worker.output == ""


def test_import_still_works_where_a_package_is_concealed() -> None:
    """Concealing one installed package leaves the others importable, and it unreadable."""
    site = Path(pytest.__file__).parents[1]
    with (
        Sandbox(worker=PROBE_WORKER, preload=(), concealed=[site / "pytest"]) as sandbox,
        sandbox.start_worker(Limits()) as worker,
    ):
        assert (
            probe(worker, "import pandas; result = pandas.DataFrame({'a': [1]}).a[0].item()") == 1
        )
        assert probe(worker, f"open('{site}/pytest/__init__.py')") == "PermissionError EACCES"
        assert "Error" in probe(worker, "import pytest; pytest.raises")


# --- limits ------------------------------------------------------------------------------------


def test_memory_is_limited(sandbox: Sandbox) -> None:
    """Taking more than allowed is a MemoryError or the end of the worker, shared or not."""
    with sandbox.start_worker(Limits(memory_mib=256)) as worker:
        assert probe(worker, "a = bytearray(100 << 20); result = len(a)") == 100 << 20
        assert probe(worker, "b = bytearray(1 << 30)") == "MemoryError"
        assert probe(worker, "import mmap; mmap.mmap(-1, 1 << 30)") == "OSError ENOMEM"
        assert probe(worker, "import torch; torch.zeros(1 << 30)") == "RuntimeError"
        try:
            assert probe(worker, "c = [bytearray(1 << 20) for _ in range(4096)]") == "MemoryError"
        except WorkerDied as died:
            assert died.out_of_memory


def test_an_endless_loop_is_stopped_in_time(sandbox: Sandbox) -> None:
    """The host waits no longer than it said, and the worker is gone afterwards."""
    with sandbox.start_worker(Limits()) as worker:
        begin = time.monotonic()
        with pytest.raises(WorkerTimedOut):
            probe(worker, "while True: pass", seconds=0.5)
        assert time.monotonic() - begin < 5
        assert not Path(f"/proc/{worker.pid}").exists()
        with pytest.raises(WorkerDied):
            probe(worker, "result = 1")


def test_a_worker_that_does_not_read_does_not_hold_the_host(worker: Worker) -> None:
    """Sending a large frame to a worker that sleeps ends at the deadline."""
    probe(worker, "import threading, time; threading.Timer(0.05, lambda: None).start()")
    worker.ask(b"connection.setblocking(True)", seconds=PATIENCE, max_reply=100)
    with pytest.raises(WorkerTimedOut):
        worker.ask(b"import time; time.sleep(60)", seconds=0.1, max_reply=100)
    assert worker.output == ""


def test_large_frames_cross_both_ways(worker: Worker) -> None:
    """Frames of many megabytes arrive whole, while the worker prints."""
    source = b"print('x' * 300000); result = 'y' * (20 << 20)\n#" + b"z" * (30 << 20)
    reply = worker.ask(source, seconds=PATIENCE, max_reply=64 << 20)
    assert len(json.loads(reply)) == 20 << 20
    assert worker.output_truncated


def test_hundred_megabytes_of_printing_are_drained_and_capped(worker: Worker) -> None:
    """Printing without end neither blocks the worker nor fills the host."""
    source = """
        import sys
        line = 'x' * 9999 + '\\n'
        for _ in range(10_000): sys.stdout.write(line)
        result = 'done'
        """
    assert probe(worker, source) == "done"
    assert len(worker.output) == 64 * 1024
    assert worker.output_truncated


def test_output_is_kept_and_decoded(worker: Worker) -> None:
    """Both streams are kept, wrong bytes become replacement characters, also after the end."""
    source = """
        import os, sys
        print('안녕 \\ud800'); print('error', file=sys.stderr); os.write(1, b'\\xff\\n')
        """
    assert probe(worker, source) is None
    worker.close()
    assert worker.output == "안녕 \\ud800\nerror\n\ufffd\n"
    assert not worker.output_truncated


@pytest.mark.parametrize(
    ("source", "code"), [("import os; os._exit(0)", 0), ("import os; os._exit(7)", 7)]
)
def test_an_exit_is_a_death(worker: Worker, source: str, code: int) -> None:
    """Ending the process, with whatever code, is WorkerDied with that code."""
    with pytest.raises(WorkerDied) as caught:
        probe(worker, source)
    assert caught.value.exit_code == code
    assert str(code) in str(caught.value)


def test_a_crash_is_a_death_with_its_signal(worker: Worker) -> None:
    """A segmentation fault is reported by name."""
    with pytest.raises(WorkerDied) as caught:
        probe(worker, "import ctypes; ctypes.string_at(0)")
    assert caught.value.signal == "SIGSEGV"
    assert not caught.value.out_of_memory


def test_hanging_up_is_a_death(worker: Worker) -> None:
    """A worker that closes its connection and lives on is killed and reported."""
    with pytest.raises(WorkerDied):
        probe(worker, "import os, time; connection.close(); time.sleep(600)")
    assert not Path(f"/proc/{worker.pid}").exists()


def test_an_oversized_reply_is_refused_by_its_announced_length(worker: Worker) -> None:
    """The length is checked before the body is read; nothing is allocated for it."""
    source = b"connection.sendall((1 << 62).to_bytes(8, 'big')); import time; time.sleep(600)"
    begin = time.monotonic()
    with pytest.raises(ReplyTooLarge):
        worker.ask(source, seconds=PATIENCE, max_reply=1000)
    assert time.monotonic() - begin < 10


def test_files_and_disk_are_limited(sandbox: Sandbox) -> None:
    """One file, many files and many descriptors: each has an end."""
    limits = Limits(disk_mib=4, open_files=32)
    with sandbox.start_worker(limits) as worker:
        source = "import os; fds = []\nwhile True: fds.append(os.open('.', os.O_RDONLY))"
        assert probe(worker, source) == "OSError EMFILE"
    with sandbox.start_worker(limits) as worker:
        source = "open('a', 'wb').write(bytes(8 << 20))"
        assert probe(worker, source) in {"OSError EFBIG", "OSError ENOSPC"}
    with sandbox.start_worker(limits) as worker:
        many = """
            import time
            for i in range(8): open(str(i), 'wb').write(bytes(1 << 20))
            time.sleep(600)
            """
        try:
            assert probe(worker, many) == "OSError ENOSPC"
        except WorkerDied as died:
            assert "4 MiB" in str(died)


def test_threads_are_limited(sandbox: Sandbox) -> None:
    """Starting threads without end fails at some point, and the host can go on."""
    source = """
        import threading
        stop = threading.Event(); count = 0
        try:
            for count in range(100_000): threading.Thread(target=stop.wait, daemon=True).start()
        except RuntimeError: pass
        stop.set()
        result = count
        """
    with sandbox.start_worker(Limits(threads=64)) as worker:
        try:
            assert probe(worker, source) < 2000
        except WorkerDied:
            pass
    with sandbox.start_worker(Limits()) as worker:
        assert probe(worker, "result = 1") == 1


# --- nothing is left ---------------------------------------------------------------------------


def test_nothing_is_left_after_fifty_workers(sandbox: Sandbox) -> None:
    """No process, descriptor or folder of fifty workers remains, however they ended."""
    before = (len(os.listdir("/proc/self/fd")), len(descendants(os.getpid())))
    for number in range(50):
        with sandbox.start_worker(Limits()) as worker:
            if number % 3 == 0:
                with suppress(WorkerDied):
                    probe(worker, "import os; os._exit(1)")
            elif number % 3 == 1:
                probe(worker, "import os; os.makedirs('a/b/c', mode=0o000); open('x', 'w')")
    assert (len(os.listdir("/proc/self/fd")), len(descendants(os.getpid()))) == before
    assert list(sandbox._base.iterdir()) == []


def test_several_workers_live_at_once(sandbox: Sandbox) -> None:
    """Workers of one sandbox are independent of each other."""
    workers = [sandbox.start_worker(Limits()) for _ in range(4)]
    for number, worker in enumerate(workers):
        probe(worker, f"mine = {number}")
    workers[0].close()
    assert [probe(worker, "result = mine") for worker in workers[1:]] == [1, 2, 3]
    for worker in workers:
        worker.close()


HOST = """
import sys, time
from grader.sandbox.host import Level, Limits, Sandbox
with Sandbox(Level(sys.argv[1]), worker=sys.argv[2], preload=()) as sandbox:
    worker = sandbox.start_worker(Limits())
    print(worker.pid, sandbox._base, flush=True)
    try:
        worker.ask(b"while True: pass", seconds=600, max_reply=10)
    except BaseException as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize("level", list(Level))
def test_a_killed_host_takes_everything_with_it(level: Level) -> None:
    """When the host is killed, the warm process and a busy worker end, and folders go."""
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, level, PROBE_WORKER],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert host.stdout is not None
    _, base = host.stdout.readline().split()
    family = descendants(host.pid)
    assert len(family) == 2
    host.send_signal(signal.SIGKILL)
    host.communicate()
    assert wait_until(lambda: not family & processes().keys())
    assert wait_until(lambda: not Path(base).exists())


@pytest.mark.parametrize("level", list(Level))
def test_a_killed_warm_process_is_an_error_of_ours(level: Level) -> None:
    """When the warm process dies its workers die; the host raises SandboxError, not a verdict."""
    with Sandbox(level, worker=PROBE_WORKER, preload=()) as sandbox:
        worker = sandbox.start_worker(Limits())
        assert sandbox._warm is not None
        sandbox._warm.kill()
        with pytest.raises(SandboxError):
            worker.ask(b"while True: pass", seconds=PATIENCE, max_reply=10)
        assert wait_until(lambda: worker.pid not in processes())
        with pytest.raises(SandboxError):
            sandbox.start_worker(Limits())
    assert not sandbox._base.exists()


# --- whoever runs the grader ---------------------------------------------------------------------

AS_USER = """
import ctypes, json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from grader.sandbox import kernel, privileges, readable
from grader.sandbox.host import Level, Limits, Sandbox

def open_up(folder):
    # In a mount namespace of our own, put open folders in the place of a closed one above.
    path = Path(folder)
    closed = [p for p in (path, *path.parents) if not p.stat().st_mode & 1]
    if not closed: return
    stash = Path(sys.argv[1]) / "stash"
    stash.mkdir(exist_ok=True)
    prefixes = {p for p in (sys.prefix, sys.base_prefix) if Path(p).is_relative_to(closed[-1])}
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", str(stash), "tmpfs", 0, "mode=755")
    for number, prefix in enumerate(prefixes):
        (stash / str(number)).mkdir()
        kernel.mount(prefix, str(stash / str(number)), None, kernel.MS_BIND | kernel.MS_REC)
    kernel.mount("tmpfs", str(closed[-1]), "tmpfs", 0, "mode=755")
    for number, prefix in enumerate(prefixes):
        os.makedirs(prefix)
        kernel.mount(str(stash / str(number)), prefix, None, kernel.MS_BIND | kernel.MS_REC)

if os.geteuid() == 0:
    for prefix in (sys.prefix, sys.base_prefix): open_up(prefix)
    if sys.argv[2] == "nobody": privileges.become(privileges.NOBODY)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
probes = [
    "import os; result = os.getuid()",
    "import pandas, yaml; result = pandas.DataFrame({'a': [1]}).a[0].item()",
    "open('/etc/passwd')",
    "open(%r)" % (sys.argv[1] + "/grader/errors.py"),
    "import os; os.fork()",
    "import socket; socket.socket()",
    "open('a', 'w').write('x'); result = open('a').read()",
    "import os; os.kill(os.getppid(), 0)",
]
with Sandbox(Level(sys.argv[3]), worker=sys.argv[1] + "/probe_worker.py", preload=()) as sandbox:
    with sandbox.start_worker(Limits()) as worker:
        replies = [json.loads(worker.ask(p.encode(), seconds=60, max_reply=999)) for p in probes]
print(json.dumps([os.getuid(), *replies]))
"""


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("who", ["nobody", "root"])
def test_both_levels_work_for_root_and_for_ordinary_users(who: str, level: Level) -> None:
    """The jail holds and Python works in it, whoever started the grader; root is never inside."""
    place = tempfile.mkdtemp()
    try:
        os.chmod(place, 0o755)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "grader", Path(place, "grader"), ignore=ignore)
        shutil.copy(PROBE_WORKER, place)
        subprocess.run(["chmod", "-R", "a+rX", place], check=True)
        done = subprocess.run(
            [sys.executable, "-c", AS_USER, place, who, level],
            capture_output=True, text=True, cwd="/", env={"PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    finally:
        shutil.rmtree(place)
    assert done.returncode == 0, done.stderr
    outside, inside, *replies = json.loads(done.stdout)
    if os.geteuid() == 0:
        assert outside == (65534 if who == "nobody" else 0)
    assert inside != 0
    assert replies[0] == 1
    assert replies[1] in REFUSED_READING
    assert replies[2] in REFUSED_READING
    assert replies[3:5] == ["PermissionError EPERM"] * 2
    assert replies[5:] == ["x", "PermissionError EPERM"]


# --- when there is no jail ---------------------------------------------------------------------


def test_no_jail_no_student_code() -> None:
    """Where neither level can be built, opening the sandbox is an error that says why."""
    script = f"""
import ctypes, struct
from grader.errors import SandboxError
from grader.sandbox.host import Sandbox
# A machine without Landlock and without namespaces: its system calls do not exist.
def step(code, value, t=0, f=0): return struct.pack("HBBI", code, t, f, value)
code = step(0x20, 0) + step(0x15, 444, 0, 1) + step(6, 0x50000 | 38) + step(6, 0x7fff0000)
memory = ctypes.create_string_buffer(code, len(code))
class Program(ctypes.Structure): _fields_ = [("n", ctypes.c_ushort), ("p", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, ctypes.byref(Program(4, ctypes.addressof(memory))), 0, 0) == 0
try:
    with Sandbox(worker={PROBE_WORKER!r}, preload=()): print("open")
except SandboxError as error: print("refused:", error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("refused:")
    assert "no Landlock" in done.stdout


def test_a_worker_that_cannot_be_imported_is_an_error_of_ours() -> None:
    """A failing import in the warm process is a SandboxError that names it."""
    with pytest.raises(SandboxError, match="no_such_module"):
        Sandbox(worker=PROBE_WORKER, preload=("no_such_module",)).__enter__()


def test_unsandboxed_runs_without_a_jail() -> None:
    """Only on request does a worker run with no jail, and the sandbox then has no level."""
    with (
        Sandbox(unsandboxed=True, worker=PROBE_WORKER, preload=()) as sandbox,
        sandbox.start_worker(Limits()) as worker,
    ):
        assert sandbox.level is None
        assert probe(worker, "result = len(open('/etc/passwd').read()) > 0") is True


def test_an_unopened_sandbox_starts_no_worker() -> None:
    """A sandbox that was not entered, or was left, refuses to start workers."""
    with pytest.raises(SandboxError):
        Sandbox().start_worker(Limits())


def test_datagrams_do_not_leave_the_jail(worker: Worker) -> None:
    """A datagram socket of the host never hears from the jail."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        port = listener.getsockname()[1]
        source = f"""
            import socket
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))
            """
        assert probe(worker, source) == "PermissionError EPERM"
        with pytest.raises(BlockingIOError):
            listener.recv(1)

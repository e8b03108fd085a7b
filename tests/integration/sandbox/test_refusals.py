"""What the jail refuses, tried for real at both levels: files, processes, network, the kernel."""

import os
import socket
from pathlib import Path

import pytest
from probes import PROBE_WORKER, REFUSED_READING, ROOT, SITE, probe

from grader.sandbox.host.sandbox import Limits, Sandbox, Worker
from grader.sandbox.jail.syscalls import ABSENT, DENIED, LIMITED, MACHINES

# --- files -----------------------------------------------------------------------------------


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
        str(ROOT / "grader" / "sandbox" / "worker" / "session.py"),
        str(ROOT / "pyproject.toml"),
        str(ROOT / "groups.yaml"),
        str(ROOT / "grader" / "hidden" / "softmax" / "test_softmax.py"),
        str(SITE / "_pytest" / "__init__.py"),
        "/root/.bashrc",
        "/proc/self/mem",
        "/proc/net/tcp",
        __file__,
    ],
)
def test_files_outside_the_list_cannot_be_read(worker: Worker, path: str) -> None:
    """System files, the grader's own source, its tests and this repository are out of reach."""
    assert probe(worker, f"open({path!r}, 'rb').read(1)") in REFUSED_READING


@pytest.mark.parametrize(
    "path", ["/", "/root", "/home", "/tmp/..", "/etc", "/proc", "/dev", str(ROOT), "/usr/bin"]
)
def test_folders_outside_the_list_cannot_be_listed(worker: Worker, path: str) -> None:
    """Folders that hold no library cannot be listed."""
    assert probe(worker, f"import os; os.listdir({path!r})") in REFUSED_READING


def test_denied_path_in_a_readable_folder_cannot_be_read(worker: Worker) -> None:
    """A denied folder stays shut although what lies next to it can be read."""
    secret = str(SITE / "_pytest" / "__init__.py")
    assert probe(worker, f"result = len(open('{SITE}/pluggy/__init__.py').read()) > 0") is True
    assert probe(worker, f"open({secret!r})") == "PermissionError EACCES"
    assert probe(worker, f"import os; os.listdir('{SITE}/_pytest')") == "PermissionError EACCES"
    assert probe(worker, f"import os; os.symlink({secret!r}, 'link'); open('link')") in (
        REFUSED_READING
    )
    assert probe(worker, f"import os; os.link({secret!r}, 'hard')") in (
        REFUSED_READING | {"OSError EXDEV"}
    )
    assert "Error" in probe(worker, "import pytest; pytest.raises")


def test_attributes_of_readable_files_cannot_be_changed(worker: Worker) -> None:
    """Modes, times, attributes and length of a file that can be read stay as they are."""
    path = next(SITE.glob("*.dist-info/INSTALLER"))
    before = path.stat()
    name = str(path)
    for call in (
        f"os.chmod({name!r}, 0)",
        f"os.fchmod(os.open({name!r}, os.O_RDONLY), 0)",
        f"os.utime({name!r}, (0, 0))",
        f"os.truncate({name!r}, 0)",
        f"os.open({name!r}, os.O_RDONLY | os.O_TRUNC)",
        f"os.setxattr({name!r}, 'user.x', b'1')",
        f"os.chown({name!r}, 1, 1)",
    ):
        assert probe(worker, f"import os; {call}") == "PermissionError EPERM", call
    after = path.stat()
    assert (before.st_mode, before.st_mtime_ns, before.st_size) == (
        after.st_mode, after.st_mtime_ns, after.st_size,
    )  # fmt: skip


@pytest.mark.parametrize(
    "folder", ["/", "/tmp/..", "/usr/lib", "/dev", "/dev/shm", os.__file__[:-6]]
)
def test_nothing_can_be_written_outside_the_private_folder(worker: Worker, folder: str) -> None:
    """Writing, making folders and removing fail everywhere but in the private folder."""
    refused = {*REFUSED_READING, "OSError EROFS"}
    assert probe(worker, f"open('{folder}/grader-probe', 'w')") in refused
    assert probe(worker, f"import os; os.mkdir('{folder}/grader-probe')") in refused
    assert not Path(folder, "grader-probe").exists()


def test_workers_do_not_see_each_others_files(sandbox: Sandbox, worker: Worker) -> None:
    """A file of one worker cannot be opened by another."""
    path = probe(worker, "import os; open('a', 'w').close(); result = os.path.abspath('a')")
    with sandbox.start_worker(Limits()) as other:
        # With namespaces both have the same path, and behind it files of their own.
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
        "os.sched_setaffinity(0, os.sched_getaffinity(0))",
        "os.setpriority(os.PRIO_PGRP, 0, 5)",
        "os.setpriority(os.PRIO_PROCESS, 0, 5)",
        "os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))",
        "os.sched_setscheduler(2, os.SCHED_IDLE, os.sched_param(0))",
        "resource.prlimit(2, resource.RLIMIT_NOFILE)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "socket.socketpair()[0].bind(b'\\0grader-probe')",
        "socket.socketpair()[0].sendmsg([b'x'])",
        "socket.send_fds(connection, [b'x'], [0])",
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
    ("name", "expected"),
    [
        ("ptrace", "EPERM"),
        ("unshare", "EPERM"),
        ("mount", "EPERM"),
        ("keyctl", "EPERM"),
        ("bpf", "EPERM"),
        ("io_uring_setup", "EPERM"),
        ("shmget", "EPERM"),
        ("mq_open", "EPERM"),
        ("userfaultfd", "EPERM"),
        ("perf_event_open", "EPERM"),
        ("tkill", "EPERM"),
        ("clone", "EPERM"),
        ("clone3", "ENOSYS"),
        ("openat2", "ENOSYS"),
        ("a call of the future", "ENOSYS"),
    ],
)
def test_raw_system_calls_are_refused(worker: Worker, name: str, expected: str) -> None:
    """Calls that Python has no words for are refused as well, and future calls do not exist."""
    known = name in {**DENIED, **ABSENT, **LIMITED}
    number = MACHINES[os.uname().machine].number(name) if known else 1000
    source = f"""
        import ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        code = libc.syscall({number}, 0, 0, 0, 0, 0, 0)
        result = [code, errno.errorcode.get(ctypes.get_errno())]
        """
    assert probe(worker, source) == [-1, expected], name


def test_worker_stays_bound_to_its_parent(worker: Worker) -> None:
    """Student code can neither outlive the warm process nor gain rights; the filter is in force."""
    source = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        get_no_new_privs, get_seccomp = 39, 21
        result = [libc.prctl(1, 0, 0, 0, 0), libc.prctl(4, 1, 0, 0, 0),
                  libc.prctl(get_no_new_privs, 0, 0, 0, 0), libc.prctl(get_seccomp, 0, 0, 0, 0)]
        """
    assert probe(worker, source) == [-1, -1, 1, 2]


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
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "JOBLIB_MULTIPROCESSING",
    }  # fmt: skip
    assert cwd == environment["HOME"] + "/work"
    assert "hunter2" not in str(argv)


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


def test_limits_cannot_be_raised(worker: Worker) -> None:
    """The limits of memory, files and processes are hard ones."""
    for name in ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"):
        source = f"import resource; resource.setrlimit(resource.{name}, (1 << 40, 1 << 40))"
        assert probe(worker, source) == "ValueError", name

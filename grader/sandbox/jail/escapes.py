"""Escapes that the self-test tries inside a jail: read by the host as bytes, run by a worker.

Handed to the worker as a student's file is, so that it is held by just what holds students. Each
attempt is told as the name of its errno, or as `done` if it succeeded.
"""

import ctypes
import errno
import mmap
import os
import socket
from collections.abc import Callable
from pathlib import Path


def attempts(pid: int, port: int, name: str, path: str) -> dict[str, str]:
    """What became of each escape.

    Args:
        pid: the host's process.
        port: a TCP port of this machine on which the host listens.
        name: an abstract socket on which the host listens, without the leading zero byte.
        path: a file of the host's that any user could read.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    tried: dict[str, Callable[[], object]] = {
        "read a file of the host": lambda: Path(path).read_bytes(),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "read the host's environment": lambda: Path(f"/proc/{pid}/environ").read_bytes(),
        "read the host's memory": lambda: os.open(f"/proc/{pid}/mem", os.O_RDONLY),
        "list the processes": lambda: os.listdir("/proc"),
        "list the file system": lambda: os.listdir("/"),
        "write beside the host's file": lambda: Path(f"{path}-x").write_bytes(b""),
        "write to /dev/shm": lambda: Path("/dev/shm/grader-x").write_bytes(b""),
        "write into a library": lambda: os.open(os.__file__, os.O_WRONLY | os.O_APPEND),
        "change a library's rights": lambda: os.chmod(os.__file__, 0),
        "connect by TCP": lambda: socket.create_connection(("127.0.0.1", port), 1),
        "send a datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "connect to an abstract socket": lambda: socket.socket(socket.AF_UNIX).connect(f"\0{name}"),
        "open a kernel socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "signal the host": lambda: os.kill(pid, 0),
        "signal everybody": lambda: os.kill(-1, 0),
        "fork": os.fork,
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "leave the session": os.setsid,
        "attach to the host": lambda: _checked(libc.ptrace(16, pid, None, None)),
        "read the host's memory by call": lambda: _checked(
            libc.process_vm_readv(pid, None, 0, None, 0, 0)
        ),
        "make a namespace": lambda: _checked(libc.unshare(0x10000000)),
        "mount": lambda: _checked(libc.mount(b"tmpfs", b".", b"tmpfs", 0, None)),
        "make memory of no mapping": lambda: _checked(libc.memfd_create(b"x", 0)),
        "make shared memory": lambda: _checked(libc.shmget(0, 4096, 0o1600)),
        "take too much memory": lambda: mmap.mmap(-1, 1 << 40),
    }
    return {what: _outcome(attempt) for what, attempt in tried.items()}


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "")


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        result = attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    if attempt is os.fork and result == 0:
        os._exit(0)
    return "done"


def never_ends() -> None:
    """An endless loop."""
    while True:
        pass

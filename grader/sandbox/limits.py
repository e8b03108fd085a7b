"""What a worker may use, and how strong a jail is: plain values shared by host and warm process."""

import enum
import os
import resource
from dataclasses import dataclass

MIB = 1 << 20


class Level(enum.StrEnum):
    """The two jails, strongest first; below the second no student code runs."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"


@dataclass(frozen=True)
class Limits:
    """Bounds of one worker.

    `seconds` is the wall-clock time of one request, `memory_mib` what may be taken above the
    memory that torch itself occupies, `output_bytes` how much printing is kept, `disk_mib` the
    size of the private folder, `threads` the number of threads.
    """

    seconds: float = 20.0
    memory_mib: int = 1024
    output_bytes: int = 64 * 1024
    disk_mib: int = 64
    open_files: int = 256
    threads: int = 64


def address_space() -> int:
    """Bytes of address space this process has mapped now (VmSize)."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def impose(limits: Limits, *, mapped: int, count_threads: bool) -> None:
    """Set this process's resource limits for good; `mapped` is `address_space()` before the jail.

    `count_threads`: RLIMIT_NPROC counts all processes of a user, so it only means something
    where the worker has a user, or a user namespace, of its own.
    """
    bounds = {
        resource.RLIMIT_AS: mapped + limits.memory_mib * MIB,
        resource.RLIMIT_FSIZE: limits.disk_mib * MIB,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if count_threads:
        bounds[resource.RLIMIT_NPROC] = limits.threads
    for what, most in bounds.items():
        hard = resource.getrlimit(what)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, most))

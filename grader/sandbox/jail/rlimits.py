"""The bounds that the kernel itself keeps: setrlimit(2).

Address space counts shared mappings too, which a bound on data (RLIMIT_DATA) does not; memory
that belongs to no mapping (memfd, System V) is refused by `seccomp`.
"""

import os
import resource
from pathlib import Path

from grader.sandbox.limits import MIB, Limits


def address_space() -> int:
    """Bytes of address space that this process has mapped now (VmSize in proc(5))."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def bounds(limits: Limits, *, mapped: int, count_threads: bool) -> dict[int, int]:
    """Resource → most of it; `mapped` is `address_space()` before the jail.

    `count_threads`: RLIMIT_NPROC counts all processes of a user, so it only means something
    where the worker has a user, or a user namespace, of its own.
    """
    most = {
        resource.RLIMIT_AS: mapped + limits.memory_mib * MIB,
        resource.RLIMIT_FSIZE: limits.disk_mib * MIB,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if count_threads:
        most[resource.RLIMIT_NPROC] = limits.threads
    return most


def impose(limits: Limits, *, mapped: int, count_threads: bool) -> None:
    """Set the `bounds` of this process for good, none above what it had already."""
    for what, most in bounds(limits, mapped=mapped, count_threads=count_threads).items():
        hard = resource.getrlimit(what)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, most))

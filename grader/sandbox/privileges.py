"""Giving up what root has: the user, the groups, every capability."""

import ctypes
import os
import secrets
import struct

from grader.sandbox import kernel

NOBODY = 65534
# A user of its own for each worker, drawn from numbers far above any real one, so that the limit
# on threads counts this worker alone and no other process is owned by the same user.
_FIRST_WORKER_USER, _WORKER_USERS = 0x7000_0000, 1 << 24

_CAPABILITY_VERSION_3 = 0x20080522
_AMBIENT_CLEAR_ALL = 4


def worker_users() -> tuple[int, int]:
    """The users to try in turn; the first may not exist in a container with few mapped users."""
    return _FIRST_WORKER_USER + secrets.randbelow(_WORKER_USERS), NOBODY


def drop_bounding_set() -> None:
    """Empty the capability bounding set, as far as this process may (a user may not)."""
    for capability in range(64):
        try:
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
        except OSError:  # past the last capability, or no right to drop: the others are empty
            break


def become(user: int) -> None:
    """Change for good to `user`, the group of the same number and no other group."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_capabilities() -> None:
    """Give up every capability in every set; raise OSError if one is left."""
    drop_bounding_set()
    kernel.prctl(kernel.PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    kernel.checked(kernel.LIBC.capset(header, bytes(24)), "capset")
    if any(held()):
        raise OSError("capabilities are left after dropping them")


def held() -> bytes:
    """The effective, permitted and inheritable sets of this process; all zero when none is held."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    sets = ctypes.create_string_buffer(24)
    kernel.checked(kernel.LIBC.capget(header, sets), "capget")
    return sets.raw


def reachable_for_others(path: str) -> bool:
    """Whether a user without any group can read `path` and enter every folder above it."""
    path = os.path.realpath(path)
    if not os.stat(path).st_mode & 0o004:
        return False
    while path != "/":
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & 0o001:
            return False
    return True


def exists(user: int) -> bool:
    """Whether `user` has a meaning here; a container may map only a few."""
    with open("/proc/self/uid_map", encoding="ascii") as users:
        ranges = [[int(word) for word in line.split()] for line in users]
    return any(first <= user < first + count for first, _, count in ranges)

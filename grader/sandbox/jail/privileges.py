"""Giving up what root has: the user, the groups, every capability.

Source: capabilities(7), user_namespaces(7), include/uapi/linux/capability.h.
"""

import ctypes
import os
import secrets
import struct
from pathlib import Path

from grader.sandbox.jail import kernel

NOBODY = 65534
# A user of its own for each worker, drawn from numbers far above any real one, so that the limit
# on threads counts this worker alone and no other process is owned by the same user.
_FIRST_WORKER_USER, _WORKER_USERS = 0x7000_0000, 1 << 24

_CAPABILITY_VERSION_3 = 0x20080522
_AMBIENT_CLEAR_ALL = 4
_CHOWN, _SETGID, _SETUID = 1 << 0, 1 << 6, 1 << 7


def may_change_user() -> bool:
    """Whether this process may become any user; root in a container perhaps may not."""
    [effective] = struct.unpack_from("I", held())
    needed = _CHOWN | _SETGID | _SETUID
    return os.geteuid() == 0 and effective & needed == needed


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


def open_to_others(path: Path) -> bool:
    """Whether a user without any group may read `path`, and enter it if it is a folder."""
    mode = path.stat().st_mode
    needed = 0o005 if path.is_dir() else 0o004
    return mode & needed == needed


def reachable_for_others(path: Path) -> bool:
    """Whether a user without any group may enter every folder above `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def exists(user: int) -> bool:
    """Whether `user`, and the group of that number, have a meaning here: user_namespaces(7)."""
    return all(_is_mapped(user, Path("/proc/self", name)) for name in ("uid_map", "gid_map"))


def _is_mapped(number: int, table: Path) -> bool:
    lines = table.read_text(encoding="ascii").splitlines()
    ranges = [[int(word) for word in line.split()] for line in lines]
    return any(first <= number < first + count for first, _, count in ranges)

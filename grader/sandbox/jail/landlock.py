"""Landlock: the kernel's own list of what a process may still open.

The newest set of rights that the running kernel knows is used, from the first (Linux 5.13) on.
What old versions do not cover (truncation, signals, sockets, file attributes) seccomp denies.
Source: Linux, Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h.
"""

import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from grader.sandbox.jail import kernel

_SYS_CREATE_RULESET, _SYS_ADD_RULE, _SYS_RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
MAKE_SYM = 1 << 12
REFER = 1 << 13
TRUNCATE = 1 << 14

READ = READ_FILE | READ_DIR
# No EXECUTE anywhere: mapping a shared library does not need it. No devices, sockets, pipes.
WORK = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM
WORK |= REFER | TRUNCATE
DEVICE = READ_FILE | WRITE_FILE
_FOR_FILES = READ_FILE | WRITE_FILE | TRUNCATE

_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # version → number of file rights it knows
_TCP_BIND_AND_CONNECT = 3
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3


def version() -> int:
    """The Landlock version of the running kernel; 0 if it has none."""
    try:
        return kernel.syscall(
            _SYS_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION, call="landlock"
        )
    except OSError:
        return 0


def attributes(abi: int) -> tuple[int, bytes]:
    """File rights handled, and `struct landlock_ruleset_attr`, for version `abi` (at least 1)."""
    handled = (1 << _RIGHTS[min(abi, max(_RIGHTS))]) - 1
    fields = [handled]
    if abi >= 4:
        fields.append(_TCP_BIND_AND_CONNECT)
    if abi >= 6:
        fields.append(_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    return handled, struct.pack(f"={len(fields)}Q", *fields)


def restrict(
    readable: Iterable[Path], writable: Iterable[Path], devices: Iterable[Path], *, abi: int
) -> None:
    """Deny this process every path but those given, all TCP, and signals to others, for good.

    Paths that do not exist are passed over. Raises OSError if the kernel refuses.
    """
    if abi < 1:
        raise OSError("this kernel has no Landlock")
    handled, attribute = attributes(abi)
    ruleset = kernel.syscall(
        _SYS_CREATE_RULESET, attribute, len(attribute), 0, call="landlock_create_ruleset"
    )
    try:
        for paths, rights in ((readable, READ), (writable, WORK), (devices, DEVICE)):
            for path in paths:
                _grant(ruleset, path, rights & handled)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.syscall(_SYS_RESTRICT_SELF, ruleset, 0, call="landlock_restrict_self")
    finally:
        os.close(ruleset)


def _grant(ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):  # what this user cannot reach needs no right
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, place)
        kernel.syscall(
            _SYS_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0, call="landlock_add_rule"
        )
    finally:
        os.close(place)

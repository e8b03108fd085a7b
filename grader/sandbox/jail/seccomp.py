"""Seccomp: a filter in the kernel that refuses system calls by number and plain arguments.

What is not named is allowed: the list of what torch calls is long and changes, the list of what
reaches out of a process is known. The filter is a classic BPF program, assembled here because it
names the worker's own process id. Source: Linux, Documentation/userspace-api/seccomp_filter.rst.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from grader.sandbox.jail import kernel
from grader.sandbox.jail.syscalls import ABSENT, DENIED, NEWEST, Machine

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06  # BPF_LD|W|ABS, BPF_ALU|AND|K, BPF_RET|K
_IF_EQUAL, _IF_ABOVE, _IF_NOT_BELOW = 0x15, 0x25, 0x35  # BPF_JMP|{JEQ,JGT,JGE}|K
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32_BIT = 0x4000_0000

ALLOW = 0x7FFF_0000
KILL = 0x8000_0000
REFUSE = 0x0005_0000 | errno.EPERM
NO_SUCH_CALL = 0x0005_0000 | errno.ENOSYS
_SECCOMP_MODE_FILTER = 2

_CLONE_THREAD = 0x0001_0000
_CLONE_NEW_NAMESPACES = 0x7E02_0000
_AF_UNIX = 1
_SOCK_STREAM, _SOCK_SEQPACKET, _SOCK_TYPE_MASK = 1, 5, 0xF
_O_TRUNC = 0o1000
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE, _F_NOTIFY = 8, 10, 15, 1024, 1026
# PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_CAPBSET_READ, PR_SET_TIMERSLACK,
# PR_GET_TIMERSLACK, PR_GET_NO_NEW_PRIVS, PR_SET_THP_DISABLE, PR_GET_THP_DISABLE, and of aarch64
# PR_SVE_SET_VL, PR_SVE_GET_VL, PR_SME_SET_VL, PR_SME_GET_VL; PR_SET_VMA names memory. Each kernel
# brings new options, some of which take memory that nobody counts (PR_FUTEX_HASH).
_PRCTL_ALLOWED = (3, 15, 16, 21, 23, 29, 30, 39, 41, 42, 50, 51, 63, 64, 0x5356_4D41)
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, TCGETS2: is it a terminal, how much
# can be read, blocking and inheriting. Among the others are TIOCSTI and FIOSETOWN.
_IOCTL_ALLOWED = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x802C_542A)


@dataclass(frozen=True)
class Condition:
    """On the low half of one argument, masked: it is (or, if `negated`, is not) in `values`.

    The low half is enough: these arguments are C ints, or flags that all lie there.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFF_FFFF
    negated: bool = False


def conditions(own_pid: int) -> dict[str, tuple[Condition, ...]]:
    """For each call that is allowed with some arguments only: what must hold, all of it."""
    # Truncating needs no right to write in old versions of Landlock (before Linux 6.2).
    read_and_truncate = (_O_TRUNC, _O_TRUNC | 3)
    return {
        "clone": (Condition(0, (_CLONE_THREAD,), _CLONE_THREAD | _CLONE_NEW_NAMESPACES),),
        # Never datagrams: such a pair can still be pointed at any other socket of the machine.
        "socketpair": (
            Condition(0, (_AF_UNIX,)),
            Condition(1, (_SOCK_STREAM, _SOCK_SEQPACKET), _SOCK_TYPE_MASK),
        ),
        "kill": (Condition(0, (own_pid,)),),
        "tgkill": (Condition(0, (own_pid,)),),
        "prlimit64": (Condition(0, (0, own_pid)),),
        "ioctl": (Condition(1, _IOCTL_ALLOWED),),
        # A file can be told to signal any process of the same user.
        "fcntl": (
            Condition(
                1, (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE, _F_NOTIFY), negated=True
            ),
        ),
        "prctl": (Condition(0, _PRCTL_ALLOWED),),
        "open": (Condition(1, read_and_truncate, _O_TRUNC | os.O_ACCMODE, negated=True),),
        "openat": (Condition(2, read_and_truncate, _O_TRUNC | os.O_ACCMODE, negated=True),),
    }


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _numbers(machine: Machine, names: Iterable[str]) -> list[int]:
    return [n for n in (machine.number(name) for name in names) if n is not None]


def _check(condition: Condition) -> list[bytes]:
    """Steps that refuse unless `condition` holds, and fall through if it does."""
    steps = [_step(_LOAD, _ARGUMENTS + 8 * condition.argument)]
    if condition.mask != 0xFFFF_FFFF:
        steps.append(_step(_AND, condition.mask))
    count = len(condition.values)
    for place, value in enumerate(condition.values):
        # distance to the step after RETURN, or (negated) to RETURN itself
        distance = count - place - 1 + (0 if condition.negated else 1)
        last_miss = 1 if condition.negated and place == count - 1 else 0
        steps.append(_step(_IF_EQUAL, value, distance, last_miss))
    steps.append(_step(_RETURN, REFUSE))
    return steps


def program(machine: Machine, own_pid: int) -> bytes:
    """The filter for a process that sees itself as `own_pid`: sock_filter structs in a row."""
    steps = [
        _step(_LOAD, _ARCH),
        _step(_IF_EQUAL, machine.audit_arch, 1, 0),
        _step(_RETURN, KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine.has_x32:
        steps += [_step(_IF_NOT_BELOW, _X32_BIT, 0, 1), _step(_RETURN, KILL)]
    steps += [_step(_IF_ABOVE, NEWEST, 0, 1), _step(_RETURN, NO_SUCH_CALL)]
    for names, action in ((ABSENT, NO_SUCH_CALL), (DENIED, REFUSE)):
        for number in _numbers(machine, names):
            steps += [_step(_IF_EQUAL, number, 0, 1), _step(_RETURN, action)]
    for name, required in conditions(own_pid).items():
        for number in _numbers(machine, [name]):
            block = [step for condition in required for step in _check(condition)]
            block.append(_step(_RETURN, ALLOW))
            steps += [_step(_IF_EQUAL, number, 0, len(block)), *block]
    steps.append(_step(_RETURN, ALLOW))
    return b"".join(steps)


class _SockFprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def install(machine: Machine) -> None:
    """Filter this process and all its future threads, for good; it must have one thread."""
    code = program(machine, os.getpid())
    memory = ctypes.create_string_buffer(code, len(code))
    fprog = _SockFprog(len(code) // 8, ctypes.addressof(memory))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(fprog))

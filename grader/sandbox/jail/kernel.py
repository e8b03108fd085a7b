"""The few system calls that the standard library has no words for, through ctypes.

Every function raises OSError with the name of the call when the kernel refuses.
"""

import ctypes
import os
import platform
import signal
import struct
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
_PYTHON = ctypes.PyDLL(None, use_errno=True)  # its calls keep the interpreter's lock

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_GET_TID_ADDRESS = 40
PR_CAP_AMBIENT = 47

_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 1, 2, 4
_CLONE_CHILD_CLEARTID, _CLONE_CHILD_SETTID = 0x00200000, 0x01000000
_SYS_CLONE3 = 435
_SYS_MOUNT_SETATTR = 442
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000


def checked(result: int, call: str) -> int:
    """Return `result`, or raise OSError naming `call` if it is negative."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object, call: str) -> int:
    """A raw system call; integers are passed as 64-bit values, bytes as pointers."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(int(LIBC.syscall(ctypes.c_long(number), *words)), call)


def prctl(option: int, *arguments: int) -> int:
    """prctl(2) with unused arguments zero."""
    words = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return checked(LIBC.prctl(option, *words), f"prctl {option}")


def end_with_parent(parent: int, number: int) -> None:
    """Have the kernel send signal `number` when process `parent` is gone; also if it is already.

    What counts is the thread that forked this process: its end is taken for the parent's.
    """
    prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def fork(namespaces: int) -> int:
    """os.fork() into new `namespaces` (CLONE_NEW...), the child being process 1 in them: clone3(2).

    os.fork() after unshare(2) would fork twice, which with torch in memory takes twice as long.
    The C library knows nothing of this one, so the process must have one thread: then there are no
    locks or threads of libraries to look after, and the id of the child's thread, which the C
    library remembers, the kernel writes in its place.
    """
    own_id = ctypes.c_ulong()
    prctl(PR_GET_TID_ADDRESS, ctypes.addressof(own_id))
    flags = namespaces | _CLONE_CHILD_SETTID | _CLONE_CHILD_CLEARTID
    arguments = struct.pack("8Q", flags, 0, own_id.value, 0, signal.SIGCHLD, 0, 0, 0)
    _PYTHON.PyOS_BeforeFork()
    child = int(_PYTHON.syscall(_SYS_CLONE3, arguments, ctypes.c_size_t(len(arguments))))
    if child == 0:
        _PYTHON.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    _PYTHON.PyOS_AfterFork_Parent()
    ctypes.set_errno(number)
    return checked(child, f"clone3 {namespaces:#x}")


def mount(
    source: str | None, target: Path, kind: str | None, flags: int, options: str = ""
) -> None:
    """mount(2)."""
    result = LIBC.mount(
        os.fsencode(source) if source else None,
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    checked(result, f"mount {target}")


def make_read_only(target: Path, *, recursive: bool) -> None:
    """Make a mount (and those below it) read-only, without devices and set-user-id programs.

    mount_setattr(2) only adds flags, so those a parent namespace has locked stay as they are.
    """
    add = _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV
    attributes = add.to_bytes(8, "little") + bytes(24)
    flags = _AT_RECURSIVE if recursive else 0
    call = f"mount_setattr {target}"
    syscall(
        _SYS_MOUNT_SETATTR,
        _AT_FDCWD,
        os.fsencode(target),
        flags,
        attributes,
        len(attributes),
        call=call,
    )


def pivot_root(new: Path, old: Path) -> None:
    """pivot_root(2): `new` becomes /, and what was / is found at `old`."""
    number = _SYS_PIVOT_ROOT[platform.machine()]
    syscall(number, os.fsencode(new), os.fsencode(old), call="pivot_root")


def unmount(target: Path) -> None:
    """umount2(2): detach a mount and all below it."""
    checked(LIBC.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")

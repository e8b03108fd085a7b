"""Namespaces: a machine of its own for the worker, with nothing on it but libraries.

Root makes the namespaces with root's rights and gives those up later; an ordinary user makes a
user namespace first, which gives the rights to make the others. Source: namespaces(7),
user_namespaces(7), pivot_root(2).
"""

import os
from collections.abc import Callable, Iterable

from grader.sandbox import kernel

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

_OTHERS = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)
_USER_INSIDE = 1000
_OLD = "/.old"

HOME = "/student"  # the worker's own folder; /tmp is a link to it where /tmp is free


def enter(announce: Callable[[int], None]) -> None:
    """Move this process into new namespaces; returns in a child, which is process 1 there.

    This process calls `announce` with the child's id (as seen outside) and ends, so that the
    child falls to the nearest subreaper above.
    """
    if os.geteuid() == 0:
        kernel.unshare(_OTHERS)
    else:
        _enter_user_namespace()
    child = os.fork()
    if child:
        announce(child)
        os._exit(0)


def _enter_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    # The files in /proc/self belong to root in a process that is not dumpable.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    kernel.unshare(_OTHERS | kernel.CLONE_NEWUSER)
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{_USER_INSIDE} {user} 1"),
        ("gid_map", f"{_USER_INSIDE} {group} 1"),
    ):
        file = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def change_root(readable: Iterable[str], disk_mib: int, owner: int | None) -> None:
    """Make / a small read-only tree of `readable`, a few devices, and an empty `HOME` of `disk_mib`.

    `owner` gets `HOME`; None: whoever this process is. There is no /dev/shm, and of /proc and
    /sys only what is in `readable`.
    """
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    bare = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("tmpfs", "/tmp", "tmpfs", bare, "size=1m,mode=755")
    os.mkdir("/tmp" + _OLD)
    kernel.pivot_root("/tmp", "/tmp" + _OLD)
    os.chdir("/")
    for path in readable:
        _show(path)
    os.mkdir("/dev")
    for device in DEVICES:
        _bind(device, _OLD + device)
    os.mkdir(HOME)  # never above a path that is shown: whoever may write here may read below
    size = f"size={disk_mib}m,nr_inodes=16384,mode=700"
    kernel.mount("tmpfs", HOME, "tmpfs", bare | kernel.MS_NOEXEC, size)
    if owner is not None:
        os.chown(HOME, owner, owner)
    if not os.path.lexists("/tmp"):
        os.symlink(HOME, "/tmp")
    kernel.unmount(_OLD)
    os.rmdir(_OLD)
    kernel.make_read_only("/", recursive=False)


def _show(path: str) -> None:
    """Bind the old `path` read-only at the same place; symbolic links on the way stay links."""
    place = ""
    parts = path.strip("/").split("/")
    for index, part in enumerate(parts):
        link = f"{place}/{part}"
        if os.path.islink(_OLD + link):
            target = os.readlink(_OLD + link)
            if not os.path.lexists(link):
                os.makedirs(place or "/", exist_ok=True)
                os.symlink(target, link)
            rest = os.path.join(place or "/", target, *parts[index + 1 :])
            _show(os.path.normpath(rest))
            return
        place = link
    if os.path.lexists(place) and os.path.ismount(place):
        return
    _bind(place, _OLD + place)
    kernel.make_read_only(place, recursive=True)


def _bind(place: str, source: str) -> None:
    if os.path.isdir(source):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT, 0o644))
    kernel.mount(source, place, None, kernel.MS_BIND | kernel.MS_REC)

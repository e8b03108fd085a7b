"""Namespaces: a machine of its own for the worker, with nothing on it but libraries.

Root makes the namespaces with root's rights and gives those up later; an ordinary user makes a
user namespace first, which gives the rights to make the others. Source: namespaces(7),
user_namespaces(7), mount_namespaces(7), pivot_root(2).
"""

import os
from collections.abc import Iterable
from pathlib import Path

from grader.sandbox.jail import kernel

DEVICES = tuple(Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom"))
HOME = Path("/student")  # the worker's own folder; /tmp is a link to it

_OTHERS = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)
_USER_INSIDE = 1000
_OLD = Path("/.old")


def fork() -> int:
    """os.fork() into new namespaces, as process 1 there, which has to call `be_known` next."""
    return kernel.fork(_OTHERS if os.geteuid() == 0 else _OTHERS | kernel.CLONE_NEWUSER)


def be_known(user: int, group: int) -> None:
    """Give this process a user and a group in its namespace, where `fork` made one of users.

    `user` and `group` are its own, outside.
    """
    if user == 0:
        return
    # The files in /proc/self belong to root in a process that is not dumpable.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{_USER_INSIDE} {user} 1"),
        ("gid_map", f"{_USER_INSIDE} {group} 1"),
    ):
        Path("/proc/self", name).write_text(line, encoding="ascii")
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def change_root(
    readable: Iterable[Path], hidden: Iterable[Path], disk_mib: int, owner: int | None
) -> None:
    """Make / a small read-only tree of `readable`, a few devices, and an empty `HOME`.

    Whatever of `hidden` lies in `readable` is covered. `HOME` holds `disk_mib` and belongs to
    `owner` (None: to whoever this process is). There is no /dev/shm, and of /proc and /sys only
    what is in `readable`.
    """
    kernel.mount(None, Path("/"), None, kernel.MS_REC | kernel.MS_PRIVATE)
    bare = kernel.MS_NOSUID | kernel.MS_NODEV
    new_root = Path("/tmp")
    kernel.mount("tmpfs", new_root, "tmpfs", bare, "size=1m,mode=755")
    old = new_root / _OLD.name
    old.mkdir()
    kernel.pivot_root(new_root, old)
    os.chdir("/")
    HOME.mkdir()
    size = f"size={disk_mib}m,nr_inodes=16384,mode=700"
    kernel.mount("tmpfs", HOME, "tmpfs", bare | kernel.MS_NOEXEC, size)
    new_root.symlink_to(HOME)
    for path in readable:
        _show(path)
    for path in hidden:
        _cover(path)
    for device in DEVICES:
        _bind(device)
    if owner is not None:
        os.chown(HOME, owner, owner)
    kernel.unmount(_OLD)
    _OLD.rmdir()
    kernel.make_read_only(Path("/"), recursive=False)


def _show(path: Path) -> None:
    """Bind the old `path` read-only at the same place; symbolic links on the way stay links."""
    place = Path("/")
    parts = path.parts[1:]
    for index, part in enumerate(parts):
        place /= part
        if _before(place).is_symlink():
            target = _before(place).readlink()
            if not place.is_symlink():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(target)
            rest = place.parent.joinpath(target, *parts[index + 1 :])
            _show(Path(os.path.normpath(rest)))
            return
    if not place.is_mount():
        _bind(place)
        kernel.make_read_only(place, recursive=True)


def _cover(place: Path) -> None:
    """Put nothing in the place of `place`: where a Python lies under /tmp, so do its libraries.

    They are inside `HOME` then, and whoever may write there may read below.
    """
    if place.is_dir():
        kernel.mount("tmpfs", place, "tmpfs", kernel.MS_RDONLY, "size=4k,mode=0")
    elif place.exists():
        kernel.mount(str(_before(Path("/dev/null"))), place, None, kernel.MS_BIND)


def _before(place: Path) -> Path:
    """Where `place` is found after the root was changed."""
    return _OLD / place.relative_to("/")


def _bind(place: Path) -> None:
    source = _before(place)
    if source.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    kernel.mount(str(source), place, None, kernel.MS_BIND | kernel.MS_REC)

"""Becoming another kind of user, in a process that was started by root for it."""

import os
import sys
from pathlib import Path

from grader.sandbox.jail import kernel, privileges


def unshare(flags: int) -> None:
    """unshare(2), which Python has from 3.12 on."""
    kernel.checked(kernel.LIBC.unshare(flags), "unshare")


def open_up(place: Path) -> None:
    """Make Python reachable for everybody, in a mount namespace of this process's own.

    `place` is a folder that may be used for it.
    """
    prefixes = {Path(sys.prefix), Path(sys.base_prefix)}
    folders = {folder for prefix in prefixes for folder in (prefix, *prefix.parents)}
    closed = sorted(folder for folder in folders if not folder.stat().st_mode & 1)
    if not closed:
        return
    inside = [prefix for prefix in prefixes if prefix.is_relative_to(closed[0])]
    stash = place / "stash"
    stash.mkdir(exist_ok=True)
    unshare(kernel.CLONE_NEWNS)
    kernel.mount(None, Path("/"), None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", stash, "tmpfs", 0, "mode=755")
    for number, prefix in enumerate(inside):
        (stash / str(number)).mkdir()
        kernel.mount(str(prefix), stash / str(number), None, kernel.MS_BIND | kernel.MS_REC)
    kernel.mount("tmpfs", closed[0], "tmpfs", 0, "mode=755")
    for number, prefix in enumerate(inside):
        prefix.mkdir(parents=True)
        kernel.mount(str(stash / str(number)), prefix, None, kernel.MS_BIND | kernel.MS_REC)


def become(who: str, place: Path) -> None:
    """Change this process, started by root, into the kind of user that `who` names."""
    if who in ("user", "user namespace"):
        open_up(place)
        privileges.become(privileges.NOBODY)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    if who == "user namespace":
        unshare(kernel.CLONE_NEWUSER)
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", "0 65534 1"),
            ("gid_map", "0 65534 1"),
        ):
            Path("/proc/self", name).write_text(line)
    if who == "open root":
        open_up(place)
    if who == "powerless root":
        privileges.drop_capabilities()
    os.environ["HOME"] = str(place)

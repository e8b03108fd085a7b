"""The order in which a forked child of the warm process shuts itself in.

Each step needs rights that a later one takes away; nothing of the student's has run yet. Any
exception means: no jail, and the caller ends the process.
"""

import errno
import os
import platform
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader.sandbox.jail import kernel, landlock, namespaces, privileges, rlimits, seccomp
from grader.sandbox.jail.syscalls import MACHINES
from grader.sandbox.limits import Level, Limits


@dataclass(frozen=True)
class Plan:
    """What kind of jail: its level, what can be read, its bounds.

    `shown` are the paths that exist inside, but for what lies in `hidden` (namespaces), `granted`
    those that may be opened (Landlock), `home` the private folder on disk where the file system is
    the machine's own, `user` and `group` those of the process that makes this plan.
    """

    level: Level
    shown: tuple[Path, ...]
    hidden: tuple[Path, ...]
    granted: tuple[Path, ...]
    limits: Limits
    home: Path | None
    user: int = field(default_factory=os.geteuid)
    group: int = field(default_factory=os.getegid)


def enter_jail(plan: Plan) -> None:
    """Build the jail of `plan` around this process, which must have one thread.

    At level `namespaces` it comes of `namespaces.fork`. Raises OSError when a step fails.
    """
    mapped = rlimits.address_space()
    os.umask(0o022)  # the folders above what is shown must be open to the worker's user
    user = _worker_user(plan)
    home = plan.home
    if plan.level is Level.NAMESPACES:
        namespaces.be_known(plan.user, plan.group)
        namespaces.change_root(plan.shown, plan.hidden, plan.limits.disk_mib, user)
        home = namespaces.HOME
    if home is None:
        raise OSError(errno.EINVAL, "this kind of jail needs a folder on disk")
    if user is not None and plan.level is Level.LANDLOCK:
        os.chown(home, user, user)
    privileges.drop_bounding_set()
    if user is not None:
        privileges.become(user)
    _settle(home)
    own_count = user is not None or (plan.level is Level.NAMESPACES and plan.user != 0)
    rlimits.impose(plan.limits, mapped=mapped, count_threads=own_count)
    privileges.drop_capabilities()
    # Where the host has to measure the worker's files, it must be able to see which are open.
    kernel.prctl(kernel.PR_SET_DUMPABLE, int(plan.level is not Level.NAMESPACES))
    # Last of the changes of identity: each of them makes the kernel forget it.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, 9)
    landlock.restrict(plan.granted, [home], namespaces.DEVICES, abi=landlock.version())
    seccomp.install(MACHINES[platform.machine()])
    _verify(home)


def _worker_user(plan: Plan) -> int | None:
    """The user that root becomes; None: it stays, without any capability.

    It stays where no other user could read Python's libraries. With namespaces these are shown
    anew, so that the folders above them do not matter.
    """
    if not privileges.may_change_user():
        return None
    needed = list(plan.shown)
    if not all(privileges.open_to_others(path) for path in needed):
        return None
    if plan.level is Level.LANDLOCK:
        needed += [plan.home] if plan.home else []
        if not all(privileges.reachable_for_others(path) for path in needed):
            return None
    return next(filter(privileges.exists, privileges.worker_users()), None)


def _settle(home: Path) -> None:
    """Environment, temporary folder and working directory: all private, nothing inherited."""
    os.umask(0o077)
    work = home / "work"
    work.mkdir()
    os.chdir(work)
    os.environ.clear()
    os.environ.update(
        HOME=str(home),
        TMPDIR=str(home),
        USER="student",
        LOGNAME="student",
        PATH="/usr/bin:/bin",
        LANG="C.UTF-8",
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        MKL_NUM_THREADS="1",
        JOBLIB_MULTIPROCESSING="0",  # scikit-learn would otherwise complain in the output
    )
    tempfile.tempdir = str(home)


def _verify(home: Path) -> None:
    """Try the most telling things a jail must refuse; raise OSError if one of them works.

    The libraries must be readable, or the student would see baffling import errors.
    """
    for name in ("os", "torch"):
        if file := getattr(sys.modules.get(name), "__file__", None):
            os.close(os.open(file, os.O_RDONLY))
    attempts: dict[str, Callable[[], object]] = {
        "fork": os.fork,
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "read /etc/passwd": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "list /": lambda: next(Path("/").iterdir()),
        "write next to its folder": Path(f"{home}-x").touch,
        "signal its parent": lambda: os.kill(os.getppid(), 0),
    }
    for what, attempt in attempts.items():
        try:
            result = attempt()
        except OSError:
            continue
        if what == "fork" and result == 0:
            os._exit(1)
        raise OSError(errno.EPERM, f"a process in the jail can still {what}")
    if any(privileges.held()):
        raise OSError(errno.EPERM, "a process in the jail still holds capabilities")

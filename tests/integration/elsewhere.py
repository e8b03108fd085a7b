"""`grader` as it finds itself on another system: python elsewhere.py windows|macos WORDS...

Names that the system's Python lacks are hidden from the grader's own modules alone: the standard
library and torch, which bring their own ways, see this machine as it is.
"""

import os
import select
import signal
import socket
import sys
from types import ModuleType

# What commands load late must not ask for the platform before it is another one.
import asyncio  # isort: skip  # noqa: F401
import pandas  # isort: skip  # noqa: F401
import pytest  # isort: skip  # noqa: F401
import rich.progress  # isort: skip  # noqa: F401
import typer  # isort: skip  # noqa: F401

LINUX_ONLY = {
    os: "sched_getaffinity sched_setaffinity memfd_create pidfd_open eventfd setresuid setresgid "
    "O_PATH O_TMPFILE posix_fadvise setns unshare splice copy_file_range getrandom",
    signal: "sigtimedwait sigwaitinfo SIGRTMIN SIGRTMAX SIGPWR SIGSTKFLT",
    socket: "SOCK_CLOEXEC SOCK_NONBLOCK AF_NETLINK SO_PEERCRED",
    select: "epoll EPOLLIN EPOLLOUT EPOLLHUP",
}  # fmt: skip
POSIX_ONLY = {
    os: "O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_SYNC fork forkpty getuid geteuid getgid "
    "getegid setuid setgid setsid setpgid getpgid getpgrp killpg setgroups getgroups uname sysconf "
    "mkfifo mknod chown fchown lchown chroot nice wait wait3 wait4 waitid WNOHANG WIFSIGNALED "
    "WIFEXITED WEXITSTATUS WTERMSIG pread pwrite sendfile statvfs pipe2 posix_spawn openpty "
    "register_at_fork getloadavg getpriority confstr ctermid initgroups tcgetpgrp",
    signal: "SIGKILL SIGHUP SIGALRM SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE SIGQUIT SIGSTOP SIGCONT "
    "SIGTSTP SIGTTIN SIGTTOU setitimer alarm pause pthread_sigmask pthread_kill sigwait "
    "sigpending siginterrupt SIG_BLOCK SIG_UNBLOCK SIG_SETMASK",
    socket: "AF_UNIX SOCK_SEQPACKET send_fds recv_fds SCM_RIGHTS CMSG_LEN CMSG_SPACE",
    select: "poll POLLIN POLLOUT POLLHUP POLLERR",
}  # fmt: skip
SYSTEMS = {"macos": ("darwin", [LINUX_ONLY]), "windows": ("win32", [LINUX_ONLY, POSIX_ONLY])}
GRADING = ("check", "demo", "doctor")
"""Commands that import torch and what belongs to it."""
NO_DESCRIPTORS = {"supports_dir_fd", "supports_fd", "supports_effective_ids"}


def hide(module: ModuleType, names: set[str], *, empty: set[str]) -> None:
    """Let the grader find none of `names` in `module`, and empty sets under those in `empty`."""

    class Elsewhere(ModuleType):
        def __getattribute__(self, name: str) -> object:
            if name in names or name in empty:
                caller = sys._getframe(1).f_globals.get("__name__", "")
                if caller.split(".")[0] == "grader":
                    if name in empty:
                        return set()
                    raise AttributeError(f"module '{module.__name__}' has no attribute '{name}'")
            return super().__getattribute__(name)

    module.__class__ = Elsewhere


def main() -> None:
    """Become the other system and run the command line."""
    system = sys.argv.pop(1)
    if sys.argv[1] in GRADING:
        import sklearn.datasets  # noqa: F401
        import torchvision  # noqa: F401
    sys.platform, tables = SYSTEMS[system]
    for module in (os, signal, socket, select):
        hide(
            module,
            {name for table in tables for name in table[module].split()},
            empty=NO_DESCRIPTORS if system == "windows" and module is os else set(),
        )
    # Of Linux alone, or of POSIX; the jail's own modules would look for Linux's C library.
    missing = ["grader.sandbox.jail.kernel", "grader.sandbox.jail.warm"]
    missing += ["resource", "fcntl", "pwd", "grp", "termios"] if system == "windows" else []
    for name in missing:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.argv[0] = "grader"
    from grader.cli import main as grader

    grader()


if __name__ == "__main__":
    main()

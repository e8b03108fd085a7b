"""From a fork of the warm process to a worker that serves: both sides of that moment.

The child reports on a pipe: `ready`, or `error ...`. The worker starts only after `ready`.
"""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from io import TextIOWrapper

from grader.sandbox.jail import enter, namespaces
from grader.sandbox.jail.enter import Plan
from grader.sandbox.limits import Level

Serve = Callable[[socket.socket], None]

# Where the child has its descriptors; 0 is /dev/null, 1 and 2 are the output pipe.
_CONNECTION, _REPORT = 3, 4
_NO_JAIL = 70


class JailError(Exception):
    """The jail could not be built; the message says which step failed."""


def launch(plan: Plan, serve: Serve, connection: int, output: int) -> int:
    """Fork a worker into the jail of `plan`; return its process id once the jail stands.

    Raises JailError, or OSError where nothing can be forked; then no process is left.
    """
    report, report_end = os.pipe()
    with os.fdopen(report, "rb") as lines:
        try:
            pid = namespaces.fork() if plan.level is Level.NAMESPACES else os.fork()
            if pid == 0:
                _child(plan, serve, connection, output, report_end)
        finally:
            os.close(report_end)
        try:
            line = lines.readline().decode(errors="replace").strip()
        except BaseException:  # nobody else knows of this child yet, which is still at work
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
    if line == "ready":
        return pid
    os.waitpid(pid, 0)
    raise JailError(line.removeprefix("error ") or "the child died while it built its jail")


def _child(plan: Plan, serve: Serve, connection: int, output: int, report: int) -> None:
    """What the forked process does; never returns."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the warm process has its own way to end
        os.setsid()
        _keep_only(connection, output, report)
        enter.enter_jail(plan)
        os.write(_REPORT, b"ready\n")  # fails if the warm process has died
        os.close(_REPORT)
    except BaseException as error:  # whatever it was, student code must not run
        try:
            os.write(_REPORT, f"error {error}".replace("\n", " ").encode() + b"\n")
        finally:  # if nobody reads this any more, the warm process died
            os._exit(_NO_JAIL)
    code = 1
    try:
        # New ones: those of the warm process remember what kind of file they had.
        sys.stdout = sys.__stdout__ = _text_stream(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _text_stream(2)  # type: ignore[misc]
        sys.dont_write_bytecode = True
        serve(socket.socket(fileno=_CONNECTION))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _keep_only(connection: int, output: int, report: int) -> None:
    """Put the descriptors at their places and close all others."""
    null = os.open("/dev/null", os.O_RDONLY)
    wanted = (null, output, output, connection, report)
    lifted = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate(wanted)]
    for place, fd in enumerate(lifted):
        os.dup2(fd, place, inheritable=False)
    os.closerange(len(wanted), 1 << 20)


def _text_stream(fd: int) -> TextIOWrapper:
    """A stream that loses at most the last line when the process is killed."""
    return os.fdopen(
        fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )

"""From a fork of the warm process to a worker that serves: both sides of that moment.

The child reports on one pipe (`pid N`, then `ready` or `error ...`) and waits on another until
the warm process has become its parent. The worker starts only after `ready`.
"""

import os
import socket
import sys
import traceback
from collections.abc import Callable
from io import TextIOWrapper
from typing import BinaryIO

from grader.sandbox import jail
from grader.sandbox.jail import Plan

Serve = Callable[[socket.socket], None]

# Where the child has its descriptors; 0 is /dev/null, 1 and 2 are the output pipe.
_CONNECTION, _REPORT, _GO = 3, 4, 5
_NO_JAIL = 70


class JailError(Exception):
    """The jail could not be built; the message says which step failed."""


def launch(plan: Plan, serve: Serve, connection: int, output: int) -> int:
    """Fork a worker into the jail of `plan`; return its process id once the jail stands.

    The worker is a child of this process. Raises JailError, and then no process is left.
    """
    report, report_end = os.pipe()
    go_end, go = os.pipe()
    first = os.fork()
    if first == 0:
        _child(plan, serve, connection, output, report_end, go_end)
    os.close(report_end)
    os.close(go_end)
    try:
        with os.fdopen(report, "rb") as lines:
            return _follow(lines, first, go)
    finally:
        os.close(go)


def _follow(lines: BinaryIO, first: int, go: int) -> int:
    line = lines.readline().decode().strip()
    if not line.startswith("pid "):
        os.waitpid(first, 0)
        raise JailError(line.removeprefix("error ") or "the child died at once")
    pid = int(line.removeprefix("pid "))
    if pid != first:
        os.waitpid(first, 0)  # with its end the worker falls to us, the subreaper
    os.write(go, b"g")
    line = lines.readline().decode(errors="replace").strip()
    if line == "ready":
        return pid
    os.waitpid(pid, 0)
    raise JailError(line.removeprefix("error ") or "the child died while it built its jail")


def _child(plan: Plan, serve: Serve, connection: int, output: int, report: int, go: int) -> None:
    """What the forked process does; never returns."""
    try:
        os.setsid()
        _keep_only(connection, output, report, go)
        jail.enclose(plan, _announce, _wait_until_adopted)
        os.write(_REPORT, b"ready\n")
        os.close(_REPORT)
        os.close(_GO)
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


def _keep_only(connection: int, output: int, report: int, go: int) -> None:
    """Put the descriptors at their places and close all others."""
    null = os.open("/dev/null", os.O_RDONLY)
    wanted = (null, output, output, connection, report, go)
    lifted = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate(wanted)]
    for place, fd in enumerate(lifted):
        os.dup2(fd, place, inheritable=False)
    os.closerange(len(wanted), 1 << 20)


def _text_stream(fd: int) -> TextIOWrapper:
    """A stream that loses at most the last line when the process is killed."""
    return os.fdopen(
        fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )


def _announce(pid: int) -> None:
    os.write(_REPORT, f"pid {pid}\n".encode())


def _wait_until_adopted() -> None:
    if os.read(_GO, 1) != b"g":
        raise OSError("the warm process died")

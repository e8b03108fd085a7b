"""A job: a process of its own that grades, so that its death costs one submission at most.

It is a fresh interpreter, because torch does not survive a fork once it has used threads. Both
sides speak pickle, on a socket that belongs to them alone; both are ours. A job is told the plan,
says `Ready` when its sandbox stands and its checks are collected, and is then handed one
submission after another, None at the end; each comes back `Graded`.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import GraderError, SandboxError

if TYPE_CHECKING:  # torch takes a second, in which the parent of a job may die
    from grader.course.submission import Submission
    from grader.plan import Plan
    from grader.result import Graded

_START = (
    # This very package, though another may be installed; but its neighbours shadow nothing.
    "import sys; sys.path.insert(0, sys.argv[1]); import grader; sys.path.append(sys.path.pop(0)); "
    "from grader.pools.job import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
_END_SECONDS = 10.0


@dataclass(frozen=True)
class Ready:
    """The job can be handed a submission."""


@dataclass(frozen=True)
class Ended:
    """There was nothing more to do, or for too long; the seconds of each phase."""

    seconds: Mapping[str, float]


@dataclass(frozen=True)
class Failed:
    """The run cannot go on: no job could grade anything."""

    error: GraderError


class JobDied(Exception):
    """The process, or its warm process, ended; the message says how."""


class Job:
    """The parent's side. The process ends with the thread that made it: prctl(2).

    Args:
        plan: what to grade with.
        denied_paths: what student code must not read.
        now: the clock, a function of a module's top level.
        idle_seconds: the job ends when it was handed nothing for so long.
    """

    def __init__(
        self,
        plan: "Plan",
        denied_paths: Sequence[Path],
        now: Callable[[], datetime],
        idle_seconds: float | None = None,
    ) -> None:
        ours, theirs = socket.socketpair()
        self.connection = Connection(ours.detach())
        package_place = str(Path(__file__).resolve().parents[2])
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, package_place, str(theirs.fileno()),
                 str(os.getpid())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # Ctrl-C and a closed terminal are for the parent, which ends the rest in order.
                start_new_session=True,
            )  # fmt: skip
        self._send(sys.path)
        self._send((plan, denied_paths, now, idle_seconds))

    def hand(self, submission: "Submission | None") -> None:
        """Have a submission graded, or let the job end. A job that died says so in `receive`."""
        self._send(submission)

    def receive(self) -> "Ready | Graded | Ended | Failed":
        """The next message.

        Raises:
            JobDied: none will come any more.
        """
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            code = self._process.wait()
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            raise JobDied(how) from None
        if isinstance(message, JobDied):
            raise message
        return message  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process, whatever it does; idempotent."""
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def wait(self) -> None:
        """Let a process that has `Ended` go in its own time."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        self.end()

    def _send(self, message: object) -> None:
        with suppress(OSError):  # it died, which `receive` tells
            self.connection.send(message)


def main(descriptor: int, parent: int) -> None:
    """The process: serve on `descriptor` until `parent` has nothing more to do, or is gone."""
    from grader.sandbox.jail.kernel import end_with_parent

    end_with_parent(parent, signal.SIGKILL)
    # torch makes this folder when it is imported, and has no use for it here.
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.gettempdir())
    connection = Connection(descriptor)
    with suppress(EOFError, ConnectionError):  # the parent hung up
        sys.path[:] = connection.recv()
        _serve(connection, *connection.recv())


def _serve(
    connection: Connection,
    plan: "Plan",
    denied_paths: Sequence[Path],
    now: Callable[[], datetime],
    idle_seconds: float | None,
) -> None:
    from grader.pools.serial import open_grader
    from grader.stopwatch import Stopwatch

    ready = False
    stopwatch = Stopwatch()
    last: Any
    try:
        with open_grader(plan, denied_paths, now, stopwatch) as grader:
            connection.send(Ready())
            ready = True
            while connection.poll(idle_seconds):
                submission = connection.recv()
                if submission is None:
                    break
                connection.send(grader.grade(submission))
        last = Ended(stopwatch.seconds)
    except SandboxError as error:
        # Jails could be built until this submission came.
        last = JobDied(str(error)) if ready else Failed(error)
    except GraderError as error:
        last = Failed(error)
    connection.send(last)

"""The host's side: a `Sandbox` owns one warm process, a `Worker` is one jailed child of it.

Nothing here runs or parses student code, starts a thread, or trusts what a worker sends: a reply
is bytes of a length that was checked before reading, within a time that was set before asking.
"""

import contextlib
import os
import select
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from grader.errors import SandboxError
from grader.sandbox.host.exchange import (
    Reap,
    ReplyTooLarge,
    Worker,
    WorkerDied,
    WorkerFailed,
    WorkerTimedOut,
)
from grader.sandbox.host.warm_process import Answer, WarmProcess
from grader.sandbox.host.watch import Watch
from grader.sandbox.jail import workdir
from grader.sandbox.limits import Level, Limits

if TYPE_CHECKING:
    from grader.sandbox.host.selftest import SelfTest

__all__ = [
    "Level",
    "Limits",
    "ReplyTooLarge",
    "Sandbox",
    "Worker",
    "WorkerDied",
    "WorkerFailed",
    "WorkerTimedOut",
]

_WORKER = "grader.sandbox.worker.session"
_IMPORTS_SECONDS = 180.0
_SPAWN_SECONDS = 30.0


def require_linux() -> None:
    """Raise SandboxError where no sandbox can ever be built."""
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            "student code can only be run on Linux: use a codespace, a container or, on "
            "Windows, WSL 2"
        )


class Sandbox:
    """A warm process and its workers; use it in a `with` statement.

    Whoever has something else to import first calls `start` before that, and both take place at
    the same time.

    Args:
        level: the only level to accept; None: the strongest that this machine allows.
        denied_paths: paths that no worker may read, wherever they lie. The `grader` package always
            is one of them.
        preload: modules that workers find imported already, besides torch.
        worker: the module (or, for tests, the .py file) whose `serve(connection)` runs in the jail.
    """

    def __init__(
        self,
        level: Level | None = None,
        *,
        denied_paths: Sequence[Path] = (),
        preload: Sequence[str] = ("torchvision", "pandas", "torch._dynamo"),
        worker: str = _WORKER,
    ) -> None:
        self._start_message: dict[str, Any] = {
            "do": "start",
            "preload": ["torch", *preload],
            "worker": worker,
            "levels": [level] if level else list(Level),
            "denied_paths": [str(path.absolute()) for path in denied_paths],
        }
        self._warm: WarmProcess | None = None
        self._started: Answer | None = None
        self._base: Path | None = None
        self._level: Level | None = None
        self.self_test: SelfTest | None = None
        self._workers: set[Worker] = set()
        self._used: set[Limits] = set()
        self._spares: dict[Limits, _Jail] = {}
        self._watch = Watch(self._workers)

    def start(self) -> None:
        """Start the warm process, and do not wait until it has imported torch.

        It ends with the thread that calls this.

        Raises:
            SandboxError: this is not Linux, or the process could not be started.
        """
        require_linux()
        self._base = workdir.name_base()  # the warm process makes and removes it
        try:
            self._warm = WarmProcess()
            self._started = self._warm.post({**self._start_message, "base": str(self._base)})
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Wait for the warm process (a second or two: it imports torch), find the level, test it.

        Raises:
            SandboxError: no jail can be built here, one does not hold, or an import failed.
        """
        if self._warm is None:
            self.start()
        assert self._started is not None
        assert self._base is not None
        try:
            self._level = Level(self._started.get(_IMPORTS_SECONDS)["level"])
            if self._start_message["worker"] == _WORKER:
                # It needs torch, which this process and the warm one can import at the same time,
                # and nobody waits for on a machine without a jail.
                from grader.sandbox.host.selftest import try_escapes

                self.self_test = try_escapes(self.start_worker, self._base)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def level(self) -> Level:
        """The level of every jail of this sandbox.

        Raises:
            SandboxError: it is not open.
        """
        if self._level is None:
            raise SandboxError("the sandbox is not open")
        return self._level

    def start_worker(self, limits: Limits) -> Worker:
        """Fork a worker into a new jail.

        From the second worker with the same limits on, the jail of the next one is built while
        this one works.

        Raises:
            SandboxError: the jail could not be built, or the warm process is gone.
        """
        jail = self._spares.pop(limits, None)
        if jail is None or not jail.stands():
            jail = self._build(limits)
        worker = jail.occupy(self._reap, self._watch)
        self._workers.add(worker)
        if limits in self._used:
            self._spares[limits] = self._build(limits)
        self._used.add(limits)
        return worker

    def close(self) -> None:
        """End all workers and the warm process; idempotent."""
        for worker in list(self._workers):
            with contextlib.suppress(SandboxError):  # the warm process takes them with it
                worker.close()
        self._workers.clear()
        if self._warm is not None:
            self._warm.close()
            self._warm = None
        while self._spares:
            self._spares.popitem()[1].tear_down()
        if self._base is not None and self._base.is_dir():  # the warm process did not get to it
            workdir.remove(self._base)

    def _build(self, limits: Limits) -> "_Jail":
        if self._base is None:
            raise SandboxError("the sandbox is not open")
        home = None if self._level is Level.NAMESPACES else workdir.make(self._base)
        ours, theirs = socket.socketpair()
        output, output_end = os.pipe()
        jail = _Jail(limits, ours, output, home)
        try:
            message = {
                "do": "spawn",
                "limits": asdict(limits),
                "home": str(home) if home else None,
            }
            jail.built = self._post(message, [theirs.fileno(), output_end])
        except BaseException:
            jail.tear_down()
            raise
        finally:
            theirs.close()
            os.close(output_end)
        return jail

    def _reap(self, worker: Worker, grace: float) -> Answer:
        self._workers.discard(worker)
        return self._post({"do": "reap", "pid": worker.pid, "grace": grace})

    def _post(self, message: dict[str, Any], fds: Sequence[int] = ()) -> Answer:
        if self._warm is None:
            raise SandboxError("the sandbox is not open")
        return self._warm.post(message, fds)


class _Jail:
    """A jail that is being built, or stands and waits for somebody's code."""

    def __init__(
        self, limits: Limits, connection: socket.socket, output: int, home: Path | None
    ) -> None:
        self._limits = limits
        self._connection = connection
        self._output = output
        self._home = home
        self.built: Answer | None = None

    def occupy(self, reap: Reap, watching: Watch) -> Worker:
        """The worker in it; SandboxError where it could not be built."""
        assert self.built is not None
        try:
            pid = self.built.get(_SPAWN_SECONDS)["pid"]
        except BaseException:
            self.tear_down()
            raise
        return Worker(pid, self._connection, self._output, self._limits, self._home, reap, watching)

    def stands(self) -> bool:
        """Whether its process still waits; one that was ended meanwhile is given up."""
        waiting = select.poll()
        waiting.register(self._connection, select.POLLIN)  # it speaks only when it is spoken to
        if waiting.poll(0):
            self.tear_down()
            return False
        return True

    def tear_down(self) -> None:
        """Give up what the host holds of it; its process ends with the warm process."""
        self._connection.close()
        os.close(self._output)
        if self._home is not None and self._home.exists():
            workdir.remove(self._home)

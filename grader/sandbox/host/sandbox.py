"""The host's side: a `Sandbox` owns one warm process, a `Worker` is one jailed child of it.

Nothing here runs or parses student code, starts a thread, or trusts what a worker sends: a reply
is bytes of a length that was checked before reading, within a time that was set before asking.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from grader.errors import SandboxError
from grader.sandbox.host.exchange import (
    ReplyTooLarge,
    Worker,
    WorkerDied,
    WorkerFailed,
    WorkerTimedOut,
)
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

# -I ignores PYTHON* variables, the working directory and the user's packages. The grader's own
# place is added last, so that it need not be installed and shadows nothing.
_START = (
    # This very package, though another may be installed; but its neighbours shadow nothing.
    "import sys; sys.path.insert(0, sys.argv[1]); import grader; sys.path.append(sys.path.pop(0)); "
    "from grader.sandbox.jail.warm import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
_WORKER = "grader.sandbox.worker.session"
_IMPORTS_SECONDS = 180.0
_SPAWN_SECONDS = 30.0
_LARGEST_MESSAGE = 64 * 1024


def require_linux() -> None:
    """Raise SandboxError where no sandbox can ever be built."""
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            "student code can only be run on Linux: use a codespace, a container or, on "
            "Windows, WSL 2"
        )


class Sandbox:
    """A warm process and its workers; use it in a `with` statement.

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
        self._warm: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._stderr: IO[bytes] | None = None
        self._base: Path | None = None
        self._level: Level | None = None
        self.self_test: SelfTest | None = None
        self._workers: set[Worker] = set()
        self._watch = Watch(self._workers)

    def __enter__(self) -> Self:
        """Start the warm process (a second or two: it imports torch), find the level, test it.

        Raises:
            SandboxError: no jail can be built here, one does not hold, or an import failed.
        """
        require_linux()
        self._base = workdir.name_base()  # the warm process makes and removes it
        try:
            self._start_warm()
            message = {**self._start_message, "base": str(self._base)}
            self._level = Level(self._request(message, seconds=_IMPORTS_SECONDS)["level"])
            if message["worker"] == _WORKER:
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

        Raises:
            SandboxError: the jail could not be built, or the warm process is gone.
        """
        if self._base is None:
            raise SandboxError("the sandbox is not open")
        home = None if self._level is Level.NAMESPACES else workdir.make(self._base)
        ours, theirs = socket.socketpair()
        output, output_end = os.pipe()
        try:
            message = {
                "do": "spawn",
                "limits": asdict(limits),
                "home": str(home) if home else None,
            }
            fds = [theirs.fileno(), output_end]
            pid = self._request(message, fds, seconds=_SPAWN_SECONDS)["pid"]
        except BaseException:
            ours.close()
            os.close(output)
            if home is not None:
                workdir.remove(home)
            raise
        finally:
            theirs.close()
            os.close(output_end)
        worker = Worker(pid, ours, output, limits, home, self._reap, self._watch)
        self._workers.add(worker)
        return worker

    def close(self) -> None:
        """End all workers and the warm process; idempotent."""
        for worker in list(self._workers):
            with contextlib.suppress(SandboxError):  # the warm process takes them with it
                worker.close()
        self._workers.clear()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._warm is not None:
            try:
                self._warm.wait(timeout=_SPAWN_SECONDS)
            except subprocess.TimeoutExpired:
                self._warm.kill()
                self._warm.wait()
            self._warm = None
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None
        if self._base is not None and self._base.is_dir():  # the warm process did not get to it
            workdir.remove(self._base)

    def _start_warm(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        package_place = str(Path(__file__).resolve().parents[3])
        command = [
            sys.executable,
            "-I",
            "-c",
            _START,
            package_place,
            str(theirs.fileno()),
            str(os.getpid()),
        ]
        environment = {
            "HOME": tempfile.gettempdir(),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            # torch makes this folder when it is imported, and has no use for it.
            "TORCHINDUCTOR_CACHE_DIR": tempfile.gettempdir(),
            # Large pages: a fork copies, and the end of a worker frees, a third fewer.
            "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        }
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        try:
            self._warm = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[theirs.fileno()],
                cwd="/",
                # Ctrl-C in a terminal is for the host, which ends the rest in order.
                start_new_session=True,
            )
        finally:
            theirs.close()

    def _reap(self, worker: Worker, grace: float) -> dict[str, Any]:
        self._workers.discard(worker)
        message = {"do": "reap", "pid": worker.pid, "grace": grace}
        return self._request(message, seconds=grace + _SPAWN_SECONDS)

    def _request(
        self, message: dict[str, Any], fds: Sequence[int] = (), *, seconds: float
    ) -> dict[str, Any]:
        """One message to the warm process and its answer."""
        if self._control is None:
            raise SandboxError("the sandbox is not open")
        self._control.settimeout(seconds)
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], fds)
            answer = self._control.recv(_LARGEST_MESSAGE)
        except OSError as error:  # time-outs are OSErrors too
            raise SandboxError(f"the warm process {self._abandon()} ({error})") from None
        except BaseException:  # interrupted: its answer would be taken for that of another request
            self._abandon()
            raise
        if not answer:
            raise SandboxError(f"the warm process {self._abandon()}")
        reply: dict[str, Any] = json.loads(answer)
        if "error" in reply:
            raise SandboxError(f"student code cannot be run safely: {reply['error']}")
        return reply

    def _abandon(self) -> str:
        """Kill a warm process that can no longer be talked to; its workers die with it.

        Returns what is known of the reason, as the end of a sentence.
        """
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._warm is None or self._stderr is None:
            return "is not there"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._warm.wait(timeout=0.5)  # it may be about to end by itself
        what = "did not answer" if self._warm.poll() is None else "ended unexpectedly"
        self._warm.kill()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"{what}: {last}" if last else what

"""The warm process as the host sees it: started, sent messages, listened to, ended."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.errors import SandboxError

# -I ignores PYTHON* variables, the working directory and the user's packages. The grader's own
# place is added last, so that it need not be installed and shadows nothing.
_START = (
    # This very package, though another may be installed; but its neighbours shadow nothing.
    "import sys; sys.path.insert(0, sys.argv[1]); import grader; sys.path.append(sys.path.pop(0)); "
    "from grader.sandbox.jail.warm import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
_END_SECONDS = 30.0
_LARGEST_MESSAGE = 64 * 1024


class WarmProcess:
    """The process that workers are forked from; it ends with the thread that started it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control: socket.socket | None = ours
        package_place = str(Path(__file__).resolve().parents[3])
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
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, package_place, str(theirs.fileno()),
                 str(os.getpid())],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[theirs.fileno()],
                cwd="/",
                # Ctrl-C in a terminal is for the host, which ends the rest in order.
                start_new_session=True,
            )  # fmt: skip
        except BaseException:
            ours.close()
            self._stderr.close()
            raise
        finally:
            theirs.close()

    def request(
        self, message: dict[str, Any], fds: Sequence[int] = (), *, seconds: float
    ) -> dict[str, Any]:
        """Its answer to a message.

        Raises:
            SandboxError: it says what failed, or it is gone.
        """
        try:
            self.send(message, fds)
            return self.receive(seconds)
        except SandboxError:
            raise
        except BaseException:  # interrupted: its answer would be taken for that of another request
            self._abandon()
            raise

    def send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        """Send a message, the answer to which is then to be received."""
        control = self._connected()
        try:
            socket.send_fds(control, [json.dumps(message).encode()], fds)
        except OSError as error:
            raise SandboxError(f"the warm process {self._abandon()} ({error})") from None

    def receive(self, seconds: float) -> dict[str, Any]:
        """The next answer."""
        control = self._connected()
        control.settimeout(seconds)
        try:
            answer = control.recv(_LARGEST_MESSAGE)
        except OSError as error:  # time-outs are OSErrors too
            raise SandboxError(f"the warm process {self._abandon()} ({error})") from None
        if not answer:
            raise SandboxError(f"the warm process {self._abandon()}")
        reply: dict[str, Any] = json.loads(answer)
        if "error" in reply:
            raise SandboxError(f"student code cannot be run safely: {reply['error']}")
        return reply

    def close(self) -> None:
        """Hang up, at which it ends with all its workers; idempotent."""
        if self._control is not None:
            self._control.close()
            self._control = None
        try:
            self.process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._stderr.close()

    def _connected(self) -> socket.socket:
        if self._control is None:
            raise SandboxError("the warm process is not there")
        return self._control

    def _abandon(self) -> str:
        """Kill it, as it can no longer be talked to; its workers die with it.

        Returns what is known of the reason, as the end of a sentence.
        """
        if self._control is not None:
            self._control.close()
            self._control = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.5)  # it may be about to end by itself
        what = "did not answer" if self.process.poll() is None else "ended unexpectedly"
        self.process.kill()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"{what}: {last}" if last else what

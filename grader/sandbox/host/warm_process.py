"""The warm process as the host sees it: started, sent messages, listened to, ended."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections import deque
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
        self._due: deque[Answer] = deque()
        package_place = str(Path(__file__).resolve().parents[3])
        environment = {
            "HOME": tempfile.gettempdir(),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            # No worker can use one; torch would start a thread for each when it takes a gradient.
            "CUDA_VISIBLE_DEVICES": "",
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

    def post(self, message: dict[str, Any], fds: Sequence[int] = ()) -> "Answer":
        """Send a message; its answer may be waited for later, whatever is sent meanwhile.

        Raises:
            SandboxError: it is gone.
        """
        control = self._connected()
        try:
            socket.send_fds(control, [json.dumps(message).encode()], fds)
        except OSError as error:
            raise SandboxError(f"the warm process {self._abandon()} ({error})") from None
        except BaseException:  # interrupted: whether it was sent, nobody knows
            self._abandon()
            raise
        answer = Answer(self)
        self._due.append(answer)
        return answer

    def receive(self, seconds: float) -> None:
        """Receive the next answer."""
        control = self._connected()
        control.settimeout(seconds)
        try:
            received = control.recv(_LARGEST_MESSAGE)
        except OSError as error:  # time-outs are OSErrors too
            raise SandboxError(f"the warm process {self._abandon()} ({error})") from None
        except BaseException:  # interrupted: the next answer would be taken for this one
            self._abandon()
            raise
        if not received:
            raise SandboxError(f"the warm process {self._abandon()}")
        self._due.popleft().content = json.loads(received)

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


class Answer:
    """What the warm process answers to one message; answers come in the order of the messages."""

    def __init__(self, warm: WarmProcess) -> None:
        self._warm = warm
        self.content: dict[str, Any] | None = None

    def get(self, seconds: float) -> dict[str, Any]:
        """The answer, which may take so many seconds.

        Raises:
            SandboxError: it says what failed, or the warm process is gone.
        """
        while self.content is None:
            self._warm.receive(seconds)
        if "error" in self.content:
            raise SandboxError(f"student code cannot be run safely: {self.content['error']}")
        return self.content

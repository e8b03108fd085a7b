"""A worker without a jail: a student's own code on a machine where no jail can be built.

Only `grader check` uses it, and says so. It runs on every system Python runs on: a plain child
process that speaks the same frames over its standard input and output.
"""

import contextlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from grader.sandbox.host.exchange import ReplyTooLarge, WorkerDied, WorkerTimedOut
from grader.sandbox.limits import Level, Limits

LENGTH = struct.Struct(">Q")
_START = (
    # This very package, though another may be installed; but its neighbours shadow nothing.
    "import sys; sys.path.insert(0, sys.argv[1]); import grader; sys.path.append(sys.path.pop(0)); "
    "from grader.sandbox.host import unjailed; unjailed.main()"
)
_CHUNK = 1 << 16
_START_SECONDS = 120.0  # torch is imported in that time


class Unjailed:
    """Starts workers as `Sandbox` does, without protection."""

    level: Level | None = None

    def __enter__(self) -> Self:
        self._workers: list[UnjailedWorker] = []
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.close()

    def start_worker(self, limits: Limits) -> "UnjailedWorker":
        """A new process with a new, empty working directory; only time is limited."""
        worker = UnjailedWorker(limits)
        self._workers.append(worker)
        return worker


class UnjailedWorker:
    """One process that answers frames."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._home = tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        package_place = str(Path(__file__).resolve().parents[3])
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, package_place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._printed,
            cwd=self._home.name,
            # torch makes this folder when it is imported.
            env=os.environ | {"TORCHINDUCTOR_CACHE_DIR": self._home.name},
        )
        self._frames: deque[bytes] = deque()
        self._started = False
        self.seconds_used = 0.0
        """What its exchanges took so far, by the clock on the wall."""
        self._text = ""

    @property
    def output(self) -> str:
        """What the worker has printed so far: the first `output_bytes` of it."""
        if not self._printed.closed:
            self._printed.seek(0)
            self._text = self._printed.read(self._limits.output_bytes).decode(errors="replace")
        return self._text

    def send(self, *frames: bytes) -> None:
        """Have each of `frames` sent when its reply is waited for."""
        self._frames.extend(frames)

    def receive(self, *, seconds: float, max_reply: int) -> bytes:
        """The body of the reply to the first frame that has none yet.

        Raises:
            WorkerTimedOut, ReplyTooLarge, WorkerDied: as `Worker.receive` of the sandbox.
        """
        frame = self._frames.popleft()
        answers: list[bytes | Exception] = []

        def exchange() -> None:
            try:
                answers.append(self._exchange(frame, max_reply))
            except Exception as error:
                answers.append(error)

        # Pipes cannot be waited for with a time limit on Windows; a thread can.
        thread = threading.Thread(target=exchange, daemon=True)
        thread.start()
        begin = time.monotonic()
        thread.join(seconds if self._started else seconds + _START_SECONDS)
        self.seconds_used += min(seconds, time.monotonic() - begin)  # without torch's import
        if thread.is_alive():
            self.close()
            raise WorkerTimedOut(f"no reply within {seconds:g} s")
        self._started = True
        [answer] = answers
        if isinstance(answer, bytes):
            return answer
        self.close()
        if isinstance(answer, ReplyTooLarge):
            raise answer
        raise WorkerDied(f"exit code {self._process.returncode}")

    def close(self) -> None:
        """End the process and remove its folder; idempotent. Its output stays readable."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        _ = self.output
        self._printed.close()
        self._home.cleanup()

    dismiss = close

    def _exchange(self, frame: bytes, max_reply: int) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(LENGTH.pack(len(frame)) + frame)
        self._process.stdin.flush()
        header = self._process.stdout.read(LENGTH.size)
        if len(header) < LENGTH.size:
            self._process.wait(5)
            raise WorkerDied("it hung up")
        [size] = LENGTH.unpack(header)
        if size > max_reply:
            raise ReplyTooLarge(f"{size} bytes announced, {max_reply} allowed")
        body = self._process.stdout.read(size)
        if len(body) < size:
            raise WorkerDied("it hung up")
        return body


class _Pipes:
    """Two pipes that look like the socket on which the worker serves."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source = source
        self._sink = sink

    def recv_into(self, view: memoryview) -> int:
        """Fill the beginning of `view`; 0 at the end."""
        data = self._source.read(len(view))
        view[: len(data)] = data
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Send all of `data`."""
        self._sink.write(data)
        self._sink.flush()


def _pass_on(requests: int, sink: int, home: Path) -> None:
    """Copy what the parent sends; when it is gone, end, whatever the student's code is at."""
    while data := os.read(requests, _CHUNK):
        while data:
            data = data[os.write(sink, data) :]
    os.chdir(home.parent)  # a folder that is somebody's own cannot be removed on Windows
    shutil.rmtree(home, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """Serve on standard input and output; what the student's code prints goes to standard error."""
    import importlib

    requests, source = os.pipe()
    threading.Thread(target=_pass_on, args=(os.dup(0), source, Path.cwd()), daemon=True).start()
    pipes = _Pipes(os.fdopen(requests, "rb"), os.fdopen(os.dup(1), "wb"))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    importlib.import_module("torch").set_num_threads(1)
    worker = importlib.import_module("grader.sandbox.worker.session")
    worker.prepare()
    worker.serve(pipes)

"""One request and its reply, bounded in time and size, with a worker that may be hostile."""

import contextlib
import math
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.errors import SandboxError
from grader.sandbox.host import watch
from grader.sandbox.host.warm_process import Answer
from grader.sandbox.jail import workdir
from grader.sandbox.limits import Limits

LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 18
_TAIL = 4096
_MOST_AT_ONCE = 1024  # pieces of a message: UIO_MAXIOV in sendmsg(2)
_REST = 0.002  # between two looks at what is printed, so that many short lines cost little
_REAP_SECONDS = 30.0
_GRACE = 2.0  # for a worker that hung up to end by itself, so that we learn how
# What Python, C++ and torch print when memory is refused. It only chooses words for the student.
_OUT_OF_MEMORY = (b"bad_alloc", b"MemoryError", b"can't allocate memory", b"Cannot allocate memory")

Reap = Callable[["Worker", float], Answer]
"""Has a worker's process waited for so many seconds, then killed."""


class WorkerFailed(Exception):
    """The worker gave no reply; it has been killed."""


class WorkerTimedOut(WorkerFailed):
    """The exchange was not complete in time."""


class ReplyTooLarge(WorkerFailed):
    """The worker announced a longer reply than was allowed."""


class WorkerDied(WorkerFailed):
    """The worker ended; `signal` (its name) or `exit_code` says how, as far as it is known."""

    def __init__(
        self,
        message: str,
        *,
        signal: str | None = None,
        exit_code: int | None = None,
        out_of_memory: bool = False,
    ) -> None:
        super().__init__(message)
        self.signal = signal
        self.exit_code = exit_code
        self.out_of_memory = out_of_memory


class Worker:
    """One jailed process that answers frames; made by `Sandbox.start_worker`."""

    def __init__(
        self,
        pid: int,
        connection: socket.socket,
        output: int,
        limits: Limits,
        home: Path | None,
        reap: Reap,
        watching: watch.Watch,
    ) -> None:
        self.pid = pid
        self.seconds_used = 0.0
        """What its exchanges took so far, as `watch.Meter` counts."""
        self._connection = connection
        self._output = output
        self._limits = limits
        self._home = home
        self._reap = reap
        self._watch = watching
        self._core = watch.OneCore(pid)
        self._pending: list[memoryview] = []  # two for each frame that is not sent yet
        self._awaited = 0  # replies
        self._excess: str | None = None
        self._printed = bytearray()
        self._tail = b""
        self._open = True
        self._ended: Answer | None = None
        connection.setblocking(False)
        os.set_blocking(output, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def output(self) -> str:
        """What the worker has printed so far: the first `output_bytes` of it."""
        self._drain()
        return self._printed.decode(errors="replace")

    def ask(self, frame: bytes, *, seconds: float, max_reply: int) -> bytes:
        """Send `frame`, return the body of its reply; raises what `receive` does."""
        self.send(frame)
        return self.receive(seconds=seconds, max_reply=max_reply)

    def send(self, *frames: bytes) -> None:
        """Send `frames`; what does not fit is sent by and by while replies are waited for."""
        for frame in frames:
            self._pending += [memoryview(LENGTH.pack(len(frame))), memoryview(frame)]
        self._awaited += len(frames)
        if self._open:
            with contextlib.suppress(ConnectionError):  # `receive` says what became of the worker
                self._send()

    def receive(self, *, seconds: float, max_reply: int) -> bytes:
        """The body of the reply to the first frame that has none yet.

        Raises:
            WorkerTimedOut: not sent and answered within `seconds` of those that count.
            ReplyTooLarge: the reply is announced as longer than `max_reply` bytes.
            WorkerDied: the worker ended, hung up, or took too many threads or too much disk.
        """
        if not self._open:
            raise WorkerDied(self._excess or "it had ended before")
        meter = watch.Meter(self.pid, self._watch.pids)
        try:
            try:
                return self._exchange(meter, seconds, max_reply)
            finally:
                self.seconds_used += meter.seconds
        except (ConnectionError, EOFError):
            raise self._died() from None
        except TimeoutError:
            self.close()
            raise WorkerTimedOut(f"no reply within {seconds:g} s") from None
        except BaseException:  # also an interrupt: the exchange is broken off in the middle
            self.close()
            raise

    @property
    def max_rss_kib(self) -> int | None:
        """The most memory that it ever held, once it has ended."""
        return None if self._ended is None else self._ended.get(_REAP_SECONDS)["max_rss_kib"]

    def close(self) -> None:
        """Kill the worker and remove its folder; idempotent. Its output stays readable."""
        self._end(grace=0.0)

    def dismiss(self) -> None:
        """Close it, but let it end while others work, where it left no folder."""
        self._end(grace=0.0, wait=self._home is not None)

    def check(self) -> None:
        """End it if it takes too much of what the kernel does not limit in every kind of jail."""
        threads = watch.threads_of(self.pid)
        self._core.hold(threads)
        self._excess = watch.excess(self.pid, self._home, self._limits, len(threads))
        if self._excess:
            self.close()

    def _exchange(self, meter: watch.Meter, seconds: float, max_reply: int) -> bytes:
        reply = bytearray()
        wanted = LENGTH.size  # up to here, the length; then also the body
        announced = False
        printing, quiet = select.poll(), select.poll()  # with the output, and without it
        printing.register(self._output, select.POLLIN)
        rested = 0.0  # when the output is to be looked at again
        while True:
            self._send()
            # Not a byte more than this reply: what follows belongs to none.
            received = self._receive(wanted - len(reply))
            reply += received
            if not announced and len(reply) == LENGTH.size:
                [size] = LENGTH.unpack(reply)
                if size > max_reply:
                    raise ReplyTooLarge(f"{size} bytes announced, {max_reply} allowed")
                announced, wanted = True, LENGTH.size + size
            sent = len(self._pending) <= 2 * (self._awaited - 1)  # the frame that this answers
            if announced and len(reply) == wanted and sent:
                self._awaited -= 1
                return bytes(memoryview(reply)[LENGTH.size :])
            self._watch.look()
            if not self._open:
                raise WorkerDied(self._excess or "it had ended before")
            if (left := meter.left(seconds)) <= 0:
                raise TimeoutError
            if received:
                continue
            events = select.POLLOUT if self._pending else 0  # it may answer before it read all
            events |= select.POLLIN if len(reply) < wanted else 0
            rest = rested - time.monotonic()
            waiting = quiet if rest > 0 else printing
            waiting.register(self._connection, events)
            most = rest if rest > 0 else watch.TICK
            for descriptor, _ in waiting.poll(math.ceil(min(left, most) * 1000)):
                if descriptor == self._output:
                    rested = time.monotonic() + _REST
                    if self._drain_once() is False:
                        printing.unregister(descriptor)

    def _send(self) -> None:
        """Send what fits now of what is to be sent."""
        pending = self._pending
        if not pending:
            return
        with contextlib.suppress(BlockingIOError):
            sent = self._connection.sendmsg(pending[:_MOST_AT_ONCE])
            while pending and sent >= len(pending[0]):
                sent -= len(pending.pop(0))
            if pending:
                pending[0] = pending[0][sent:]

    def _receive(self, at_most: int) -> bytes:
        """What has come, up to `at_most` bytes; EOFError at the end."""
        if not at_most:
            return b""
        try:
            data = self._connection.recv(min(at_most, _CHUNK))
        except BlockingIOError:
            return b""
        if not data:
            raise EOFError
        return data

    def _drain_once(self) -> bool | None:
        """Take one chunk from the output pipe; None if there is none now, False at its end."""
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return None
        kept = self._limits.output_bytes - len(self._printed)
        self._printed += data[:kept]
        self._tail = (self._tail + data)[-_TAIL:]
        return bool(data)

    def _drain(self) -> None:
        """Take what is in the output pipe now, and no more than a pipe can hold."""
        if self._open:
            for _ in range(8):
                if not self._drain_once():
                    break

    def _end(self, grace: float, *, wait: bool = True) -> dict[str, Any]:
        """Hang up, have the process reaped (killed after `grace`), clean up."""
        if not self._open:
            return {}
        ended: dict[str, Any] = {}
        try:
            self._connection.close()
            self._ended = self._reap(self, grace)
            if wait:
                ended = self._ended.get(grace + _REAP_SECONDS)
            self._drain()
        finally:
            self._open = False
            os.close(self._output)
            if self._home is not None and self._home.exists():
                workdir.remove(self._home)
        return ended

    def _died(self) -> WorkerDied:
        """Reap a worker that hung up and say how it ended.

        Raises SandboxError if the warm process is gone as well: then it was not the student.
        """
        ended = self._end(_GRACE)
        if not ended:
            raise SandboxError("the worker was closed while it was asked")
        if ended["killed"]:
            return WorkerDied("it closed its connection")
        code = os.waitstatus_to_exitcode(ended["status"])
        if code >= 0:
            memory = any(words in self._tail for words in _OUT_OF_MEMORY)
            return WorkerDied(f"exit code {code}", exit_code=code, out_of_memory=memory)
        name = _name_of_signal(-code)
        # Nobody here sent SIGKILL, so the kernel did, for memory (or the worker to itself).
        memory = name == "SIGKILL" or any(words in self._tail for words in _OUT_OF_MEMORY)
        return WorkerDied(f"signal {name}", signal=name, out_of_memory=memory)


def _name_of_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # Python names only the first and the last of the real-time signals
        return f"number {number}"

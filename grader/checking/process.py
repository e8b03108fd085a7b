"""One assignment of one submission in the jail, and what may go wrong there.

The worker is started when first needed and again after a death. Each function of the student's
may hang or crash once: it is not asked again, so a submission costs at most one time limit for
each of its functions, and one function's crash costs the others nothing. All requests of an
assignment together, in all its trials, have a `Budget`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checking.failure import Failure
from grader.result import Verdict
from grader.sandbox.host.sandbox import (
    Limits,
    ReplyTooLarge,
    Sandbox,
    Worker,
    WorkerDied,
    WorkerFailed,
    WorkerTimedOut,
)
from grader.sandbox.host.unjailed import Unjailed, UnjailedWorker
from grader.sandbox.protocol import ProtocolError, decode, encode
from grader.stopwatch import Stopwatch

AnySandbox = Sandbox | Unjailed
"""Where a student's code runs; without a jail only their own, on their own machine."""

REPLY_LIMIT = 16 << 20


@dataclass(frozen=True)
class LoadRequest:
    """What the worker is given: files for its working directory, the module to import, data."""

    files: Mapping[str, bytes]
    module: str
    seed: int
    mnist: Mapping[str, Tensor] | None = None


class Budget:
    """The seconds that the code of one assignment of one submission has for all its answers."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds

    def used_up(self, asked: str) -> Failure:
        """What becomes of a question for which there is no time left."""
        got = (
            f"not answered: all questions to this assignment's code together have "
            f"{self.seconds:g} s, and these are used up. Which call takes so long?"
        )
        return Failure(Verdict.TIMED_OUT, asked=asked, got=got, hint="")


class StudentProcess:
    """Asks the worker, and turns everything that can happen into a value or a `Failure`."""

    def __init__(
        self,
        sandbox: AnySandbox,
        limits: Limits,
        handed: LoadRequest,
        stopwatch: Stopwatch,
        budget: Budget,
    ) -> None:
        self.stopwatch = stopwatch
        self.budget = budget
        self.sandbox = sandbox
        self.limits = limits
        self.handed = handed
        self.generation = 0
        self.models: dict[str, tuple[int, Any]] = {}
        self._worker: Worker | UnjailedWorker | None = None
        self.broken: dict[str, Failure] = {}
        self.broken_by_questions: dict[str, Failure] = {}
        self._printed: list[str] = []

    def ask(
        self, op: str, subject: str, asked: str, forbidden: Iterable[str] = (), **fields: object
    ) -> Any:
        """The worker's answer to `op`; `subject` is the student's function that it runs.

        Raises:
            Failure: the student's code raised, hung, died, used a forbidden call, or answered
                something that is not an answer.
        """
        self._raise_if_broken("load", asked)
        self._raise_if_broken(subject, asked)
        if self.budget.left <= 0:
            self.close()
            raise self.budget.used_up(asked)
        if self._worker is None:
            self._start(asked)
        request = {"op": op, "forbidden": list(forbidden), **fields}
        return self._value(self._exchange(subject, asked, request), asked)

    @property
    def output(self) -> str:
        """What the student's code printed so far, capped."""
        current = self._worker.output if self._worker else ""
        return ("".join(self._printed) + current)[: self.limits.output_bytes]

    def close(self) -> None:
        """End the worker, if one runs; what it printed is kept."""
        if self._worker is not None:
            self._printed.append(self._worker.output)
            with self.stopwatch.phase("end of a jail"):
                self._worker.close()
            self._worker = None

    def _start(self, asked: str) -> None:
        with self.stopwatch.phase("fork and jail"):
            self._worker = self.sandbox.start_worker(self.limits)
        self.generation += 1
        files = {name: _as_tensor(content) for name, content in self.handed.files.items()}
        request = {
            "op": "load",
            "files": files,
            "module": self.handed.module,
            "seed": self.handed.seed,
            "mnist": self.handed.mnist and dict(self.handed.mnist),
        }
        try:
            self._value(self._exchange("load", asked, request), asked)
        except Failure as failure:
            self.broken["load"] = Failure(
                failure.verdict, asked=f"import {self.handed.module}", got=failure.got
            )
            self.close()
            raise self.broken["load"] from None

    def _exchange(self, subject: str, asked: str, request: dict[str, object]) -> Any:
        worker = self._worker
        assert worker is not None
        seconds = min(self.limits.seconds, self.budget.left)
        before = worker.seconds_used
        try:
            frame = encode(request)
            with self.stopwatch.phase(f"student's {'import' if subject == 'load' else 'answers'}"):
                try:
                    reply = worker.ask(frame, seconds=seconds, max_reply=REPLY_LIMIT)
                finally:
                    self.budget.left -= worker.seconds_used - before
            return decode(reply)
        except (WorkerFailed, ProtocolError) as error:
            self.close()
            if isinstance(error, WorkerTimedOut) and seconds < self.limits.seconds:
                raise self.budget.used_up(asked) from None
            failure = _failure(error, asked, self.limits)
            self.broken[subject] = failure
            raise failure from None

    def _value(self, reply: Any, asked: str) -> Any:
        if not isinstance(reply, dict) or len(reply) != 2:
            raise not_an_answer(asked)
        match reply:
            case {
                "error": {"kind": str(kind), "type": str(name), "message": str(message),
                          "line": int() | None as line},
                "forbidden": list(),
            }:  # fmt: skip
                raise self._error(kind, name, message, line, asked)
            case {"value": value, "forbidden": []}:
                return value
            case {"value": _, "forbidden": [[str(name), int() | None as line, bool(ran)], *_]}:
                where = f" in line {line} of {self.handed.module}" if line else ""
                seen = "is called" if ran else "stands"
                raise Failure(
                    Verdict.FORBIDDEN,
                    asked=asked,
                    got=f"torch's own `{name}` {seen}{where}; this task is to be done by hand",
                )
        raise not_an_answer(asked)

    def _error(self, kind: str, name: str, message: str, line: int | None, asked: str) -> Failure:
        where = f" (line {line} of {self.handed.module})" if line else ""
        if kind == "not_implemented":
            return Failure(Verdict.NOT_IMPLEMENTED, asked=asked, got=f"not written yet{where}")
        if kind == "not_there":
            return Failure(Verdict.NOT_IMPLEMENTED, asked=asked, got=message)
        if kind == "out_of_memory":
            got = f"more than {self.limits.memory_mib} MiB of memory were needed{where}"
            return Failure(Verdict.OUT_OF_MEMORY, asked=asked, got=got)
        if name == "SystemExit":
            return Failure(Verdict.ERRORED, asked=asked, got=f"the program ended itself{where}")
        text = f"{name}: {message}" if message else name
        return Failure(Verdict.ERRORED, asked=asked, got=f"{text}{where}")

    def _raise_if_broken(self, subject: str, asked: str) -> None:
        if (failure := self.broken.get(subject)) is not None:
            shown = failure.asked if subject == "load" else asked
            raise Failure(failure.verdict, asked=shown, got=failure.got)


def _failure(error: Exception, asked: str, limits: Limits) -> Failure:
    match error:
        case WorkerTimedOut():
            got = f"no answer within {limits.seconds:g} s; is there a loop that never ends?"
            return Failure(Verdict.TIMED_OUT, asked=asked, got=got)
        case WorkerDied(out_of_memory=True):
            got = f"the process was ended for using more than {limits.memory_mib} MiB"
            return Failure(Verdict.OUT_OF_MEMORY, asked=asked, got=got)
        case WorkerDied():
            got = f"the process that runs your code ended: {error}"
            return Failure(Verdict.ERRORED, asked=asked, got=got)
        case ReplyTooLarge():
            return Failure(Verdict.ERRORED, asked=asked, got="far more values than were asked for")
    return not_an_answer(asked)


def not_an_answer(asked: str) -> Failure:
    """The worker sent what no worker of ours sends."""
    return Failure(Verdict.ERRORED, asked=asked, got="an answer that is not of the agreed form")


def _as_tensor(content: bytes) -> Tensor:
    if not content:
        return torch.empty(0, dtype=torch.uint8)
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)

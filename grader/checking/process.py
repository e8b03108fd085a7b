"""One assignment of one submission in the jail, and what may go wrong there.

The worker is started when first needed and again after a death. Each function of the student's
may hang or crash once: it is not asked again, so a submission costs at most one time limit for
each of its functions, and one function's crash costs the others nothing. All requests of an
assignment together, in all its trials, have a `Budget`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from grader.checking.crash import Crash, crash_of
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
from grader.sandbox.protocol import File, ProtocolError, decode, encode
from grader.stopwatch import Stopwatch

AnySandbox = Sandbox | Unjailed
"""Where a student's code runs; without a jail only their own, on their own machine."""

REPLY_LIMIT = 16 << 20


@dataclass(frozen=True)
class StandIn:
    """What a data set puts into the worker: Python source with a class `StandIn`, and its tensors.

    The class is made of the tensors before the student's code runs.
    """

    source: bytes
    tensors: Mapping[str, Tensor]


@dataclass(frozen=True)
class LoadRequest:
    """What the worker is given: files for its working directory, the module to import, data."""

    files: Mapping[str, bytes]
    module: str
    seed: int
    stand_in: StandIn | None = None
    ignored: tuple[str, ...] = ()
    """Modules that are stand-ins there."""


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
        load_request: LoadRequest,
        stopwatch: Stopwatch,
        budget: Budget,
    ) -> None:
        self.stopwatch = stopwatch
        self.budget = budget
        self.sandbox = sandbox
        self.limits = limits
        self.load_request = load_request
        self.generation = 0
        self.models: dict[str, tuple[int, Any]] = {}
        self._worker: Worker | UnjailedWorker | None = None
        self.broken: dict[str, Failure] = {}
        self.broken_by_questions: dict[str, Failure] = {}
        self.proven: dict[Any, Any] = {}
        """The mistake proven in its code, by the formula that it should be; None: none found."""
        self._printed: list[str] = []
        self.ignored: list[str] = []
        """The stand-ins that the code imports, as the worker says."""

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
        files = {name: File(content) for name, content in self.load_request.files.items()}
        stand_in = self.load_request.stand_in
        request = {
            "op": "load",
            "files": files,
            "module": self.load_request.module,
            "seed": self.load_request.seed,
            "stand_in": stand_in
            and {"source": File(stand_in.source), "tensors": dict(stand_in.tensors)},
            "ignored": list(self.load_request.ignored),
        }
        try:
            claim = self._value(self._exchange("load", asked, request), asked)
            known = claim if isinstance(claim, list) else []
            self.ignored = [name for name in self.load_request.ignored if name in known]
        except Failure as failure:
            self.broken["load"] = Failure(
                failure.verdict, asked=f"import {self.load_request.module}", got=failure.got,
                crash=failure.crash,
            )  # fmt: skip
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
                          "line": int() | None as line, "text": str(text), "held": held,
                          "inside": str(inside)},
                "forbidden": list(),
            }:  # fmt: skip
                crash = crash_of(name, message, line, text, held, inside)
                raise self._error(kind, crash, asked)
            case {"value": value, "forbidden": []}:
                return value
            case {"value": _, "forbidden": [[str(name), int() | None as line, bool(ran)], *_]}:
                where = f" in line {line} of {self.load_request.module}" if line else ""
                seen = "is called" if ran else "stands"
                raise Failure(
                    Verdict.FORBIDDEN,
                    asked=asked,
                    got=f"torch's own `{name}` {seen}{where}; this task is to be done by hand",
                )
        raise not_an_answer(asked)

    def _error(self, kind: str, crash: Crash, asked: str) -> Failure:
        where = f" (line {crash.line} of {self.load_request.module})" if crash.line else ""
        if kind == "not_implemented":
            # The stubs' own sentence names the function: "task 1: softmax".
            hole = re.fullmatch(r"task \d+: (.{1,60})", crash.message)
            name = f"{hole[1]} is " if hole else ""
            line = f" (line {crash.line})" if crash.line else ""
            got = f"{name}not written yet{line}"
            return Failure(Verdict.NOT_IMPLEMENTED, asked=asked, got=got)
        if kind == "not_there":
            return Failure(Verdict.NOT_IMPLEMENTED, asked=asked, got=crash.message)
        if kind == "out_of_memory":
            got = f"more than {self.limits.memory_mib} MiB of memory were needed{where}"
            return Failure(Verdict.OUT_OF_MEMORY, asked=asked, got=got)
        if crash.type == "SystemExit":
            return Failure(Verdict.ERRORED, asked=asked, got=f"the program ended itself{where}")
        got = crash.sentence(self.load_request.module)
        return Failure(Verdict.ERRORED, asked=asked, got=got, crash=crash)

    def _raise_if_broken(self, subject: str, asked: str) -> None:
        if (failure := self.broken.get(subject)) is not None:
            shown = failure.asked if subject == "load" else asked
            raise Failure(failure.verdict, asked=shown, got=failure.got, crash=failure.crash)


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

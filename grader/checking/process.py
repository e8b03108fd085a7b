"""One assignment of one submission in the jail, and what may go wrong there.

The worker is started when first needed and again after a death. Each function of the student's
may hang or crash once: it is not asked again, so a submission costs at most one time limit for
each of its functions, and one function's crash costs the others nothing. All requests of an
assignment together, in all its trials, have a `Budget`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from grader.checking.failure import Failure
from grader.checking.replies import failure_of, value_of
from grader.result import Verdict
from grader.sandbox.host.sandbox import (
    Limits,
    Sandbox,
    Worker,
    WorkerFailed,
    WorkerTimedOut,
)
from grader.sandbox.host.unjailed import Unjailed, UnjailedWorker
from grader.sandbox.protocol import ProtocolError, decode
from grader.sandbox.request import File, encode_request
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


@dataclass(frozen=True)
class Question:
    """A request to the worker; `subject` and `asked` as `StudentProcess.ask` has them."""

    subject: str
    asked: str
    request: dict[str, Any]


class Noted(Exception):
    """A question was noted, and not put."""


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
        self._noted: list[Question] | None = None
        self._answered: deque[tuple[Question, Any]] = deque()
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
        request = {"op": op, "forbidden": list(forbidden), **fields}
        if self._noted is not None:
            self._noted.append(Question(subject, asked, request))
            raise Noted
        if self._answered and _same(self._answered[0][0].request, request):
            _, answer = self._answered.popleft()
            if isinstance(answer, Failure):
                raise answer
            return answer
        self._raise_if_broken("load", asked)
        self._raise_if_broken(subject, asked)
        if self.budget.left <= 0:
            self.close()
            raise self.budget.used_up(asked)
        if self._worker is None:
            self._start(asked)
        self._send(request)
        return self._answer(subject, asked)

    def ask_ahead(self, questions: Iterable[Callable[[], object]]) -> None:
        """Send what each of `questions` asks first, all of it before any answer is waited for.

        `ask` has the answers, in this order, for those who then ask; a question that a death or
        the limits left unanswered is put anew, as any other. Each has the time limit for itself.
        """
        self._answered.clear()
        noted: list[Question] = []
        self._noted = noted
        try:
            for put in questions:
                with suppress(Noted, Failure):
                    put()
        finally:
            self._noted = None
        broken = self.broken.keys() & {"load", *(question.subject for question in noted)}
        running = self._worker is not None
        if len(noted) < 2 or broken or not running:
            return
        # In one go: a worker that is woken by the first one would take the host's core from it.
        self._send(*(question.request for question in noted))
        for question in noted:
            if self._worker is None:
                break
            if self.budget.left <= 0:
                self.close()
                break
            try:
                answer = self._answer(question.subject, question.asked)
            except Failure as failure:
                answer = failure
            self._answered.append((question, answer))

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
                self._worker.dismiss()
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
            self._send(request)
            claim = self._answer("load", asked)
            known = claim if isinstance(claim, list) else []
            self.ignored = [name for name in self.load_request.ignored if name in known]
        except Failure as failure:
            self.broken["load"] = Failure(
                failure.verdict, asked=f"import {self.load_request.module}", got=failure.got,
                crash=failure.crash,
            )  # fmt: skip
            self.close()
            raise self.broken["load"] from None

    def _send(self, *requests: dict[str, Any]) -> None:
        assert self._worker is not None
        self._worker.send(*map(encode_request, requests))

    def _answer(self, subject: str, asked: str) -> Any:
        """The answer to the first request that has none yet."""
        worker = self._worker
        assert worker is not None
        seconds = min(self.limits.seconds, self.budget.left)
        before = worker.seconds_used
        try:
            with self.stopwatch.phase(f"student's {'import' if subject == 'load' else 'answers'}"):
                try:
                    reply = worker.receive(seconds=seconds, max_reply=REPLY_LIMIT)
                finally:
                    self.budget.left -= worker.seconds_used - before
            decoded = decode(reply)
        except (WorkerFailed, ProtocolError) as error:
            self.close()
            if isinstance(error, WorkerTimedOut) and seconds < self.limits.seconds:
                raise self.budget.used_up(asked) from None
            failure = failure_of(error, asked, self.limits)
            self.broken[subject] = failure
            raise failure from None
        return value_of(decoded, asked, self.load_request.module, self.limits)

    def _raise_if_broken(self, subject: str, asked: str) -> None:
        if (failure := self.broken.get(subject)) is not None:
            shown = failure.asked if subject == "load" else asked
            raise Failure(failure.verdict, asked=shown, got=failure.got, crash=failure.crash)


def _same(one: Any, other: Any) -> bool:
    """Whether two requests are the same, with the very same tensors."""
    if isinstance(one, Tensor) or isinstance(other, Tensor):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)

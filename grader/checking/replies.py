"""From what a worker replied, or from its silence, to a value or a `Failure`."""

import re
from typing import Any

from grader.checking.crash import Crash, crash_of
from grader.checking.failure import Failure
from grader.result import Verdict
from grader.sandbox.host.sandbox import Limits, ReplyTooLarge, WorkerDied, WorkerTimedOut


def value_of(reply: Any, asked: str, module: str, limits: Limits) -> Any:
    """The value in a reply of the worker's to the question `asked`.

    Raises:
        Failure: the code raised, used a forbidden call, or the reply is none of ours.
    """
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
            raise _error(kind, crash, asked, module, limits)
        case {"value": value, "forbidden": []}:
            return value
        case {"value": _, "forbidden": [[str(name), int() | None as line, bool(ran)], *_]}:
            where = f" in line {line} of {module}" if line else ""
            seen = "is called" if ran else "stands"
            raise Failure(
                Verdict.FORBIDDEN,
                asked=asked,
                got=f"torch's own `{name}` {seen}{where}; this task is to be done by hand",
            )
    raise not_an_answer(asked)


def _error(kind: str, crash: Crash, asked: str, module: str, limits: Limits) -> Failure:
    where = f" (line {crash.line} of {module})" if crash.line else ""
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
        got = f"more than {limits.memory_mib} MiB of memory were needed{where}"
        return Failure(Verdict.OUT_OF_MEMORY, asked=asked, got=got)
    if crash.type == "SystemExit":
        return Failure(Verdict.ERRORED, asked=asked, got=f"the program ended itself{where}")
    got = crash.sentence(module)
    return Failure(Verdict.ERRORED, asked=asked, got=got, crash=crash)


def failure_of(error: Exception, asked: str, limits: Limits) -> Failure:
    """What becomes of a question that the worker gave no reply to, or one that is no frame."""
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

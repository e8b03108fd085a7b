"""The student's code as a check sees it: what questions beyond the checks' own cost."""

from collections.abc import Iterable
from typing import Any

import pytest

from grader.checking.failure import Failure
from grader.checking.process import Handed, StudentProcess
from grader.checking.student import Student
from grader.result import Verdict
from grader.sandbox.host import Limits, WorkerTimedOut
from grader.sandbox.protocol import decode, encode
from grader.stopwatch import Stopwatch


class Hanging:
    """Sandbox and worker in one: answers 1 to `f()`, hangs in `f(hang)`, counts how often."""

    output = ""

    def __init__(self, forbidden: Iterable[object] = ()) -> None:
        self.hung = 0
        self.forbidden = list(forbidden)

    def start_worker(self, _: Limits) -> "Hanging":
        """A worker: itself."""
        return self

    def ask(self, frame: bytes, **_: object) -> bytes:
        """The reply to a request."""
        request = decode(frame)
        if request["op"] == "call" and request["args"]:
            self.hung += 1
            raise WorkerTimedOut
        forbidden = self.forbidden if request["op"] == "call" else []
        return encode({"value": 1, "forbidden": forbidden})

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def sandbox() -> Hanging:
    """A sandbox without a process."""
    return Hanging()


@pytest.fixture
def student(sandbox: Hanging) -> Student:
    """A student whose `f` hangs on some inputs."""
    one: Any = sandbox
    return Student(StudentProcess(one, Limits(), Handed({}, "own.py", 1), Stopwatch()))


def test_a_hang_in_a_question_is_paid_once(student: Student, sandbox: Hanging) -> None:
    """What hung in one diagnosis is asked no more by the next; checks ask it as before."""
    for verdict in (Verdict.TIMED_OUT, Verdict.SKIPPED, Verdict.SKIPPED):
        with student.without_consequences(), pytest.raises(Failure) as caught:
            student.call("f", "hang")
        assert caught.value.verdict is verdict
        assert student.call("f") == 1
    assert sandbox.hung == 1


def test_a_hang_of_a_check_ends_questions_too(student: Student, sandbox: Hanging) -> None:
    """A function that hung in a check is not asked again, by nobody."""
    with pytest.raises(Failure):
        student.call("f", "hang")
    with student.without_consequences(), pytest.raises(Failure) as caught:
        student.call("f")
    assert caught.value.verdict is Verdict.TIMED_OUT
    assert sandbox.hung == 1


@pytest.mark.parametrize(
    ("ran", "told"), [(True, "is called in line 3 of"), (False, "stands in line 3 of")]
)
def test_a_forbidden_call_that_was_read_is_not_said_to_have_run(ran: bool, told: str) -> None:
    """What was found by reading the code "stands" there; what a run came by "is called"."""
    one: Any = Hanging([["softmax", 3, ran]])
    process = StudentProcess(one, Limits(), Handed({}, "own.py", 1), Stopwatch())
    with pytest.raises(Failure, match=f"torch's own `softmax` {told} own.py"):
        Student(process).call("f")

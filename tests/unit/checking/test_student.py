"""The student's code as a check sees it: what questions beyond the checks' own cost."""

from collections.abc import Iterable
from typing import Any

import pytest
import torch
from torch import Tensor

from grader.checking.draw import Draw
from grader.checking.failure import Failure
from grader.checking.process import Budget, LoadRequest, StudentProcess
from grader.checking.student import Student
from grader.result import Verdict
from grader.sandbox.host.sandbox import Limits, WorkerTimedOut
from grader.sandbox.protocol import Handle, encode
from grader.sandbox.request import decode_request
from grader.stopwatch import Stopwatch


class Hanging:
    """Sandbox and worker in one: answers 1 to `f()`, hangs in `f(hang)`, counts how often."""

    output = ""
    takes = 0.0
    """Seconds for each answer."""

    def __init__(self, forbidden: Iterable[object] = ()) -> None:
        self.hung = 0
        self.seconds_used = 0.0
        self.most = 0.0
        self.forbidden = list(forbidden)
        self.frames: list[bytes] = []
        self.together = 0
        """The most questions that waited for an answer at once."""

    def start_worker(self, _: Limits) -> "Hanging":
        """A worker: itself."""
        return self

    def send(self, *frames: bytes) -> None:
        """Keep requests until their replies are waited for."""
        self.frames += frames
        self.together = max(self.together, len(self.frames))

    def receive(self, *, seconds: float, **_: object) -> bytes:
        """The reply to the first request that has none."""
        self.most = seconds
        request = decode_request(self.frames.pop(0))
        self.seconds_used += self.takes
        if request["op"] == "call" and "hang" in request["args"]:
            self.hung += 1
            raise WorkerTimedOut
        forbidden = self.forbidden if request["op"] == "call" else []
        return encode({"value": 1, "forbidden": forbidden})

    def dismiss(self) -> None:
        """Forget what was asked."""
        self.frames.clear()


@pytest.fixture
def sandbox() -> Hanging:
    """A sandbox without a process."""
    return Hanging()


@pytest.fixture
def student(sandbox: Hanging) -> Student:
    """A student whose `f` hangs on some inputs."""
    one: Any = sandbox
    process = StudentProcess(one, Limits(), LoadRequest({}, "own.py", 1), Stopwatch(), Budget(300))
    return Student(process, Draw(0))


def test_a_hang_in_a_question_is_paid_once(student: Student, sandbox: Hanging) -> None:
    """What hung in one diagnosis is asked no more by the next; checks ask it as before."""
    for verdict in (Verdict.TIMED_OUT, Verdict.SKIPPED, Verdict.SKIPPED):
        with student.probing(), pytest.raises(Failure) as caught:
            student.call("f", "hang")
        assert caught.value.verdict is verdict
        assert student.call("f") == 1
    assert sandbox.hung == 1


def test_a_hang_of_a_check_ends_questions_too(student: Student, sandbox: Hanging) -> None:
    """A function that hung in a check is not asked again, by nobody."""
    with pytest.raises(Failure):
        student.call("f", "hang")
    with student.probing(), pytest.raises(Failure) as caught:
        student.call("f")
    assert caught.value.verdict is Verdict.TIMED_OUT
    assert sandbox.hung == 1


@pytest.mark.parametrize(
    ("ran", "told"), [(True, "is called in line 3 of"), (False, "stands in line 3 of")]
)
def test_a_forbidden_call_that_was_read_is_not_said_to_have_run(ran: bool, told: str) -> None:
    """What was found by reading the code "stands" there; what a run came by "is called"."""
    one: Any = Hanging([["softmax", 3, ran]])
    process = StudentProcess(one, Limits(), LoadRequest({}, "own.py", 1), Stopwatch(), Budget(300))
    with pytest.raises(Failure, match=f"torch's own `softmax` {told} own.py"):
        Student(process, Draw(0)).call("f")


def test_all_questions_together_have_a_time(sandbox: Hanging) -> None:
    """Answers that each come in time end when all together took the total, in every trial."""
    one: Any = sandbox
    sandbox.takes = 19.0
    budget = Budget(100)
    processes = [
        StudentProcess(one, Limits(), LoadRequest({}, "own.py", 1), Stopwatch(), budget)
        for _ in range(2)
    ]
    for _ in range(5):  # the import takes the time of one answer
        assert Student(processes[0], Draw(0)).call("f") == 1
    for process in processes:
        with pytest.raises(Failure, match="together have 100 s, and these are used up") as caught:
            Student(process, Draw(0)).call("f")
        assert caught.value.verdict is Verdict.TIMED_OUT


def test_the_last_question_has_only_the_time_that_is_left(sandbox: Hanging) -> None:
    """No question gets more than the total leaves; that it ends then is said as it is."""
    one: Any = sandbox
    process = StudentProcess(one, Limits(20), LoadRequest({}, "own.py", 1), Stopwatch(), Budget(5))
    with pytest.raises(Failure, match="together have 5 s, and these are used up"):
        Student(process, Draw(0)).call("f", "hang")
    assert sandbox.most == 5


CASES = [(torch.zeros(1),), (torch.zeros(2),), (torch.zeros(3),)]


def ask(student: Student, *args: object) -> object:
    """A question, as formulas put it."""
    return student.call("f", *args)


def test_questions_ahead_travel_together(student: Student, sandbox: Hanging) -> None:
    """All are sent before the first is answered, and each is put once."""
    assert student.call("f") == 1
    for case in student.ahead(ask, CASES):
        assert ask(student, *case) == 1
    assert sandbox.together == 3
    assert not sandbox.frames


def test_what_was_not_asked_ahead_is_asked_as_ever(student: Student, sandbox: Hanging) -> None:
    """Another question in between has its own answer, and another tensor of the same values is."""
    assert student.call("f") == 1
    for case in student.ahead(ask, CASES):
        sandbox.forbidden = [["softmax", 3, True]]
        with pytest.raises(Failure, match="torch's own `softmax`"):
            student.call("f", case[0].clone())
        assert ask(student, *case) == 1


def test_a_hang_ahead_is_that_of_its_question(student: Student, sandbox: Hanging) -> None:
    """What was answered before a hang counts; what was to be asked after it is not asked."""
    assert student.call("f") == 1
    cases: list[tuple[Any, ...]] = [*CASES[:1], ("hang",), *CASES[1:]]
    verdicts = []
    for case in student.ahead(ask, cases):
        try:
            verdicts.append(ask(student, *case))
        except Failure as failure:
            verdicts.append(failure.verdict)
    assert verdicts == [1, *[Verdict.TIMED_OUT] * 3]
    assert sandbox.hung == 1


def test_questions_ahead_end_with_the_time_for_all(student: Student, sandbox: Hanging) -> None:
    """Where the time of all questions runs out on the way, what was answered by then counts."""
    assert student.call("f") == 1
    sandbox.takes = 160.0
    answers = []
    for case in student.ahead(ask, CASES):
        try:
            answers.append(ask(student, *case))
        except Failure as failure:
            answers.append(failure.got.partition(":")[0])
    assert answers == [1, 1, "not answered"]
    for case in student.ahead(ask, CASES):
        with pytest.raises(Failure, match="these are used up"):
            ask(student, *case)


class Echo:
    """In the place of a student's process: gives back the examples it is asked about."""

    def __init__(self) -> None:
        self.generation = 1
        self.models: dict[str, Any] = {}
        self.proven: dict[Any, Any] = {}
        self.asked: list[Tensor] = []

    def ask(self, op: str, *_: object, **fields: Any) -> Any:
        """A model first, then the examples, in the order in which they came."""
        if op == "run":
            return {"handle": Handle(0), "type": "Model", "is_module": True}
        [self.examples] = [value for value in fields.values() if isinstance(value, Tensor)]
        self.asked.append(self.examples)
        return self.examples


@pytest.mark.parametrize("question", ["scores", "image_scores"])
def test_examples_are_asked_in_another_order_each_time(question: str) -> None:
    """The worker sees the rows in a new order in each question; the check gets its own order."""
    process: Any = Echo()
    ask = getattr(Student(process, Draw(1)).run("main"), question)
    rows = torch.arange(60.0).reshape(30, 2)
    assert all(torch.equal(ask(rows), rows) for _ in range(3))
    seen = {tuple(asked[:, 0].tolist()) for asked in process.asked}
    assert len(seen | {tuple(rows[:, 0].tolist())}) == 4


class Claiming:
    """In the place of a student's process: a new module, of which it claims something."""

    def __init__(self, **claims: object) -> None:
        self.generation = 1
        self.broken: dict[str, Failure] = {}
        self.proven: dict[Any, Any] = {}
        self.claims = claims
        self.asked: list[str] = []

    def ask(self, op: str, *_: object, **__: object) -> Any:
        """The module, or its parameters."""
        self.asked.append(op)
        module = {"handle": Handle(0), "type": "M", "is_module": True, **self.claims}
        return module if op == "new" else {"weight": torch.zeros(3, 4)}


@pytest.mark.parametrize(
    "claimed", [None, 1, [], {"weight": 3}, {"weight": [3, 4.0]}, {"weight": [3, "4"]}]
)
def test_shapes_that_are_none_are_asked_for(claimed: object) -> None:
    """What a worker claims without being asked counts only where it has the agreed form."""
    process: Any = Claiming(shapes=claimed, took=1)
    model = Student(process, Draw(0)).new("M")
    assert model.shapes() == {"weight": (3, 4)}
    assert process.asked == ["new", "state"]
    assert not model.took


def test_shapes_of_a_new_module_are_known_until_something_is_asked_of_it() -> None:
    """A question may change a module, so its parameters are asked for after one."""
    process: Any = Claiming(shapes={"own": [1, 2]}, took=True)
    model = Student(process, Draw(0)).new("M", weights=[torch.zeros(1, 2)])
    assert model.took
    assert model.shapes() == {"own": (1, 2)}
    assert process.asked == ["new"]
    model.load({"own": torch.zeros(1, 2)})
    assert model.shapes() == {"weight": (3, 4)}
    assert process.asked == ["new", "load_state", "state"]


def test_of_a_module_that_hung_no_shapes_are_known() -> None:
    """Its parameters are asked for, as everything of it, and whoever asks hears that it hung."""
    process: Any = Claiming(shapes={"own": [1, 2]}, took=True)
    process.broken["M model"] = Failure(Verdict.TIMED_OUT, asked="M", got="no answer")
    Student(process, Draw(0)).new("M").shapes()
    assert process.asked == ["new", "state"]

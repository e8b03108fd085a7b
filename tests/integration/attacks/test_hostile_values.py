"""Whatever value comes back to a check, it ends with a verdict about the student's code."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.checking.collection import collect_checks
from grader.checking.datasets import HeldOut, data_set_of
from grader.checking.plugin import CheckContext
from grader.course.assignment import load_assignments
from grader.plan import HIDDEN, Plan
from grader.result import Verdict
from grader.sandbox.protocol import Handle, Opaque

ROOT = Path(__file__).parents[3]
MEMORY = 1 << 30

SHAPES = [
    (),
    (0,),
    (1,),
    (3,),
    (2, 3),
    (1, 3),
    (3, 0),
    (45, 3),
    (397, 10),
    (6, 10),
    (2, 3, 4),
    (0, 0),
]
FITTING = [(3,), (2, 3), (6, 10), (45, 3), (397, 10)]
DTYPES = [torch.float64, torch.float16, torch.int64, torch.bool]
PLAIN: list[Any] = [
    None,
    True,
    0,
    -(1 << 62),
    0.5,
    float("nan"),
    float("inf"),
    "",
    "x" * 5000,
    "\x1b[2J\n::error::x",
    [],
    {},
    [[]],
    {"": None},
    Handle(-1),
    Opaque("\x00" * 200),
    [Opaque("x")] * 5,
    {"a": [1, {"b": "c"}]},
    [None, None],
    [torch.zeros(2), None],
    [torch.zeros(2, 3), torch.zeros(2, 3)],
    [torch.zeros(0), []],
    (),
    (torch.zeros(2, 3), torch.zeros(2)),
    ([()], {"a": ((),)}),
    {"handle": Handle(1), "type": "x", "is_module": True},
    {"handle": Handle(1), "type": "NoneType", "is_module": False},
    {"linear.weight": torch.zeros(3, 4), "linear.bias": torch.zeros(3)},
    {"a": torch.zeros(0)},
    {"a": torch.tensor(float("nan"))},
]
TENSORS = [
    torch.empty(2**31 - 1, 0),
    torch.empty(0, 2**31 - 1),
    torch.empty(2**31 - 1, 0, 3),
    torch.ones(1 << 22),
    torch.ones(1 << 22, 1),
    torch.ones(1, 1 << 22),
    torch.ones(1 << 24, dtype=torch.bool),
    *(torch.ones(shape) for shape in SHAPES),
    *(torch.ones(shape).to(dtype) for shape in FITTING for dtype in DTYPES),
    *(
        torch.full(shape, value)
        for shape in FITTING
        for value in (float("nan"), float("-inf"), 1e38)
    ),
]


class Hostile:
    """In the place of a student's process: answers every request with the same value."""

    def __init__(self, value: object, model: bool) -> None:
        self.value = value
        self.model = model
        self.generation = 1
        self.models: dict[str, Any] = {}
        self.broken: dict[str, Any] = {}
        self.broken_by_questions: dict[str, Any] = {}
        self.proven: dict[Any, Any] = {}
        self.output = ""

    def ask(self, op: str, *_: object, **__: object) -> object:
        """The value; a model first, so that its scores are asked for, if `model`."""
        if self.model and op in ("new", "run"):
            return {"handle": Handle(0), "type": "Model", "is_module": True}
        return self.value

    def ask_ahead(self, _: object) -> None:
        """Nothing is asked before it is needed."""

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture(scope="module")
def little_memory() -> Iterator[None]:
    """Room for some copies of the largest reply in this process, and no more."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + MEMORY, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.fixture(scope="module")
def verdicts(little_memory: None) -> list[tuple[str, Verdict, str]]:
    """Each check with each value: its verdict, and the traceback if it is a fault of ours."""
    assignments = load_assignments(ROOT / "assignments")
    held: dict[str, HeldOut | None] = {
        a.id: data_set_of(a, None, None).trials(1)[0].held_out for a in assignments
    }
    found: list[tuple[str, Verdict, str]] = []

    checks = collect_checks(Plan(assignments, HIDDEN, 1).files())
    for assignment in assignments:
        # To diagnose a training loop is to train some sixty times: fewer values there.
        step = 8 if assignment.id == "training_loop" else 1
        for model, values in ((True, [*PLAIN, *TENSORS]), (False, PLAIN)):
            for value in values[::step]:
                process: Any = Hostile(value, model)
                context = CheckContext(assignment, [(process, held[assignment.id])] * 3, seed=1)
                for result in checks.run(assignment.id, context):
                    fault = context.faults[-1] if context.faults else ""
                    described = f"{value!r:.200}, model={model}: {fault[-300:]}"
                    found.append((result.id, result.verdict, described))
    return found


def test_no_value_is_a_fault_of_ours(verdicts: list[tuple[str, Verdict, str]]) -> None:
    """A check says something about the student's value, whatever it is; it does not raise."""
    faults = {check: text for check, verdict, text in verdicts if verdict is Verdict.INTERNAL_ERROR}
    assert not faults, "\n\n".join(f"{check} of {text}" for check, text in faults.items())


def test_one_answer_for_everything_passes_next_to_nothing(
    verdicts: list[tuple[str, Verdict, str]],
) -> None:
    """The same value for each request passes only checks that it cannot get wrong."""
    passed = {check for check, verdict, _ in verdicts if verdict is Verdict.PASSED}
    assert len(verdicts) > 4_000
    assert len(passed) < 10, passed

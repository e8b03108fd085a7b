"""The words that checks are written in: hidden tests and public tests use the same ones.

    @check(task=2, points=3, title="Value equals F.cross_entropy", hint="…")
    def test_value(student: Student, draw: Draw) -> None:
        logits, y = draw.normal(5, 3), draw.integers(0, 3, 5)
        loss = student.call("loss", logits, y)
        assert_close(loss, F.cross_entropy(logits, y), asked="the loss of 5 rows, 3 classes")

A check asks the student's code for values through `student`, which runs it in the jail, and
compares them here, in the host, with answers that never leave this process.
"""

from grader.amounts import counted
from grader.checking.accuracy import (
    accuracy_of,
    measured,
    require_accuracy,
    steady_scores,
)
from grader.checking.comparison import assert_close, describe, of_shape, require, require_an_answer
from grader.checking.datasets import HeldOut
from grader.checking.draw import Draw
from grader.checking.failure import Failure
from grader.checking.marks import check
from grader.checking.student import Model, Student
from grader.curves import shortened, training_metrics

__all__ = [
    "Draw",
    "Failure",
    "HeldOut",
    "Model",
    "Student",
    "accuracy_of",
    "assert_close",
    "check",
    "counted",
    "describe",
    "measured",
    "of_shape",
    "require",
    "require_accuracy",
    "require_an_answer",
    "shortened",
    "steady_scores",
    "training_metrics",
]

"""Checks that compare values: what to tell where they are wrong, and when they hold all the same.

A check of one property asks whether that property holds, though other things may be wrong. Where
one mistake is proven to be all that is wrong, the property is judged apart from it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checking.comparison import assert_close
from grader.checking.diagnosis.answers import same
from grader.checking.diagnosis.formula import Formula, diagnose
from grader.checking.diagnosis.mistake import Inputs, Mistake, outcome
from grader.checking.draw import Draw
from grader.checking.facts import OTHER_EACH_TIME, OTHER_IN_EVALUATION
from grader.checking.failure import Failure
from grader.checking.student import Student
from grader.result import NOT_JUDGED, Verdict


@dataclass(frozen=True)
class Given:
    """What a check of one property takes for granted: right values for plain inputs.

    Args:
        inputs: plain inputs.
        check: the title of the check that judges the values.
        own: the property under check where a wrong one counts in any case: "dtype", "finite",
            or none of those that are compared.
    """

    inputs: Inputs
    check: str
    own: str = ""


def assert_computes(
    student: Student,
    formula: Formula,
    inputs: Inputs,
    draw: Draw,
    *,
    asked: str,
    rtol: float | None = None,
    atol: float | None = None,
    given: Given | None = None,
    values_only: bool = False,
) -> None:
    """Require that the student's code computes `formula` for `inputs`; else say what it computes.

    Raises:
        Failure: as `assert_close` raises it, with the diagnosis where there is one; or, where
            plain values are wrong already, that the property cannot be judged.
    """
    with explained(student, formula, inputs, draw):
        got = formula.ask(student, *inputs)
        right = formula.right(*inputs)
        try:
            assert_close(got, right, asked=asked, rtol=rtol, atol=atol, values_only=values_only)
        except Failure as failure:
            own = given is not None and given.own and failure.about == given.own
            if given is None or own or _computes(student, formula, given.inputs, values_only):
                raise
            if _as_wrong_as_plain(student, formula, inputs, got, given, draw):
                return
            # One mistake should not be told again, with a hint that leads astray, by each check
            # that happens to compare values.
            raise Failure(
                Verdict.FAILED,
                asked=failure.asked,
                got=f"{NOT_JUDGED} “{given.check}” is right",
                about=failure.about,
                hint="",
            ) from None


def _as_wrong_as_plain(
    student: Student, formula: Formula, inputs: Inputs, got: Any, given: Given, draw: Draw
) -> bool:
    """Whether one proven mistake explains the plain answers and, unaltered, this answer too.

    Then the property under check holds: what is wrong here is what is wrong everywhere.
    """
    with student.probing():
        ask = partial(formula.ask, student)
        plain = outcome(ask, given.inputs)
        mistake = _mistake(student, formula, given.inputs, draw)
    if mistake is None or mistake.predict is None or not _tells(got) or not _tells(plain):
        return False
    return same(outcome(mistake.predict, inputs), got)


def _mistake(student: Student, formula: Formula, inputs: Inputs, draw: Draw) -> Mistake | None:
    """The mistake that is proven for these inputs, kept for the checks that follow.

    Where nothing was found before, two mistakes at once are not sought again, which takes longest.
    """
    known: Mistake | None = student.proven.get(formula)
    given_up = formula in student.proven and known is None
    ask = partial(formula.ask, student)
    mistake = diagnose(ask, formula, inputs, draw, known, pairs=not given_up)
    student.proven[formula] = mistake or known
    return mistake


def _unsteady(student: Student, formula: Formula, inputs: Inputs) -> str | None:
    """What is told of code that answers otherwise in evaluation mode, or the second time."""
    ask = partial(formula.ask, student)
    if not same(outcome(ask, inputs), outcome(ask, inputs)):
        return OTHER_EACH_TIME
    if formula.evaluated is not None:
        evaluated = outcome(partial(formula.evaluated, student), inputs)
        if same(evaluated, outcome(formula.right, inputs)):
            return OTHER_IN_EVALUATION
    return None


def _tells(answer: Any) -> bool:
    """Whether an answer is finite and more than one number everywhere."""
    if not isinstance(answer, Tensor) or not torch.isfinite(answer).all():
        return False
    return answer.numel() == 1 or float(answer.double().std()) > 1e-6


def _computes(student: Student, formula: Formula, inputs: Inputs, values_only: bool) -> bool:
    try:
        with student.probing():
            got, right = formula.ask(student, *inputs), formula.right(*inputs)
            assert_close(got, right, asked="", values_only=values_only)
    except Failure as failure:
        return failure.verdict is Verdict.SKIPPED  # not known: nothing is said about them
    return True


@contextmanager
def explained(
    student: Student,
    formula: Formula,
    inputs: Inputs,
    draw: Draw,
    about: Collection[str] | None = None,
) -> Iterator[None]:
    """Give a `Failure` raised inside the diagnosis of `formula` for inputs like these.

    `about` are the names of the mistakes that a check of one property is about: where the code is
    proven to make another one, and no more than that one, the property holds and the `Failure` is
    dropped. Nothing proven, it stands.
    """
    try:
        yield
    except Failure as failure:
        wrong = failure.verdict in (Verdict.FAILED, Verdict.ERRORED)
        if not wrong or failure.diagnosis or failure.hint:
            raise
        with student.probing():
            ask = partial(formula.ask, student)
            mistake = _mistake(student, formula, inputs, draw)
            if mistake is None:
                failure.diagnosis = _unsteady(student, formula, inputs)
                raise
            another = about is not None and not set(mistake.names) & set(about)
            # What returns nothing at all has no property.
            answers = failure.verdict is Verdict.FAILED and outcome(ask, inputs) is not None
            if another and answers:
                return
            failure.diagnosis = mistake.sentence
            if mistake.evidence is not None:
                got, right = outcome(ask, inputs), outcome(formula.right, inputs)
                failure.evidence = mistake.evidence(got, right, *inputs)
        raise

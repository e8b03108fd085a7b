"""Public checks of iris: what `grader check iris` runs."""

from functools import partial
from typing import Any

from grader.checking import (
    Draw,
    HeldOut,
    Student,
    accuracy_of,
    check,
    counted,
    require,
    training_metrics,
)
from grader.checking.diagnosis.scores import diagnosis_of, explained_by
from grader.hidden.iris.affine import affine_part


@check(
    task=1,
    points=2,
    title="The model's scores have the right shape",
    hint="Return the model itself; it maps four features to three scores per flower.",
)
def test_scores_shape(student: Student, held_out: HeldOut) -> None:
    """main() returns a model that maps (N, 4) to finite (N, 3), also for a single flower."""
    model = student.run("main")
    with explained_by(partial(diagnosis_of, model, model.scores, held_out, 3)):
        for inputs in (held_out.inputs, held_out.inputs[:1]):
            asked = f"the scores of {counted(len(inputs), 'flower')}"
            accuracy_of(model.scores(inputs), held_out.labels[: len(inputs)], 3, asked=asked)


@check(
    task=1,
    points=2.5,
    title="The model has learned something",
    hint="Print the cost every few epochs: where does it start, where does it end?",
)
def test_learned_something(
    student: Student, held_out: HeldOut, draw: Draw, metrics: dict[str, Any]
) -> None:
    """The model of main() names at least 70 % of the held-out flowers."""
    asked = "at least 70 % of the held-out flowers named correctly"
    model = student.run("main")
    metrics |= training_metrics(model.curves)
    structure = partial(affine_part, model, held_out, draw)
    with explained_by(partial(diagnosis_of, model, model.scores, held_out, 3, structure=structure)):
        accuracy = accuracy_of(model.scores(held_out.inputs), held_out.labels, 3, asked=asked)
        require(accuracy >= 0.7, asked=asked, got=f"{accuracy:.0%}")

"""Public checks of mnist: what `grader check mnist` runs."""

from functools import partial
from itertools import pairwise
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
from grader.hidden.mnist.network import assert_trainable

WIDTHS = (784, 520, 320, 240, 120, 10)
LOOK = 500
"""Images that a first look at a model takes; the hidden checks take all."""


@check(
    task=1,
    points=2,
    title="The softmax model's scores have the right shape",
    hint="Return the model itself; flatten the images inside it.",
)
def test_main_scores(student: Student, held_out: HeldOut) -> None:
    """main() returns a model that maps (N, 1, 28, 28) to finite scores (N, 10), for any N."""
    model = student.run("main")
    with explained_by(partial(diagnosis_of, model, model.image_scores, held_out, 10)):
        for count in (7, 1):
            asked = f"the scores of {counted(count, 'image')}"
            scores = model.image_scores(held_out.inputs[:count])
            accuracy_of(scores, held_out.labels[:count], 10, asked=asked)


@check(
    task=1,
    points=1.5,
    title="The softmax model has learned something",
    hint="Print the cost once per epoch: does it fall?",
)
def test_main_learned_something(
    student: Student, held_out: HeldOut, metrics: dict[str, Any]
) -> None:
    """The model of main() names more than half of the held-out images."""
    asked = "more than 50 % of the held-out images named correctly by the model of main()"
    model = student.run("main")
    metrics |= training_metrics(model.curves)
    with explained_by(partial(diagnosis_of, model, model.image_scores, held_out, 10)):
        scores = model.image_scores(held_out.inputs[:LOOK])
        share = accuracy_of(scores, held_out.labels[:LOOK], 10, asked=asked)
        require(share > 0.5, asked=asked, got=f"{share:.0%}")


@check(
    task=2,
    points=1.5,
    title="Five layers of the given widths",
    hint="Five linear layers lie between six widths.",
)
def test_deep_widths(student: Student) -> None:
    """deep() returns a network whose weights are those of 784-520-320-240-120-10."""
    state = student.run("deep").state()
    found = sorted(tuple(tensor.shape) for tensor in state.values() if tensor.ndim == 2)
    expected = sorted((out, into) for into, out in pairwise(WIDTHS))
    require(
        found == expected,
        asked=f"weights of the shapes {expected} in the network of deep()",
        got=str(found),
        diagnosis="The linear layers are others than the handout's: five of them lie between its "
        "six widths, from 784 down to 10.",
    )


@check(
    task=2,
    points=1,
    title="The deeper network has learned something",
    hint="Does the cost fall from epoch to epoch? Adam with lr 1e-3 is a good start.",
)
def test_deep_learned_something(
    student: Student, held_out: HeldOut, draw: Draw, metrics: dict[str, Any]
) -> None:
    """The network of deep() names more than half of the held-out images."""
    asked = "more than 50 % of the held-out images named correctly by the network of deep()"
    model = student.run("deep")
    metrics |= training_metrics(model.curves, "_deep")
    structure = partial(assert_trainable, model, draw)
    with explained_by(
        partial(diagnosis_of, model, model.image_scores, held_out, 10, structure=structure)
    ):
        scores = model.image_scores(held_out.inputs[:LOOK])
        share = accuracy_of(scores, held_out.labels[:LOOK], 10, asked=asked)
        require(share > 0.5, asked=asked, got=f"{share:.0%}")

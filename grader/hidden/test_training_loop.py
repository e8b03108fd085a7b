"""Hidden checks of `training_loop`: costs equal the host's own run from the same weights."""

from typing import Any

import torch
from torch import Tensor

from grader.checking import (
    Draw,
    Model,
    Student,
    assert_close,
    check,
    counted,
    describe,
    require,
    shortened,
)
from grader.checking.diagnosis import explained
from grader.checking.diagnosis.classifier import LOGITS, classifier, parameters
from grader.checking.diagnosis.training import TRAIN, right_run
from grader.checking.facts import NO_BIAS

TOY_X = torch.tensor(
    [
        [1, 2, 1, 1],
        [2, 1, 3, 2],
        [3, 1, 3, 4],
        [4, 1, 5, 5],
        [1, 7, 5, 5],
        [1, 2, 5, 6],
        [1, 6, 6, 6],
        [1, 7, 7, 7],
    ],
    dtype=torch.float32,
)
TOY_Y = torch.tensor([2, 2, 2, 1, 1, 1, 0, 0])


@check(
    task=1,
    points=1,
    title="One linear layer from 4 features to 3 classes",
    hint="`nn.Linear(4, 3)` in `__init__`, after `super().__init__()`.",
)
def test_parameters(student: Student) -> None:
    """The classifier has one weight (3, 4) and one bias (3,)."""
    shapes = sorted(tuple(t.shape) for t in student.new("SoftmaxClassifier").state().values())
    require(
        shapes == [(3,), (3, 4)],
        asked="the parameters of SoftmaxClassifier()",
        got=f"parameters of shapes {', '.join(map(str, shapes)) or 'none'}",
        diagnosis=NO_BIAS if shapes == [(3, 4)] else None,
    )


@check(
    task=1,
    points=2.5,
    title="The classifier returns logits",
    hint="cross_entropy takes the softmax itself: what comes out of forward before that?",
)
def test_returns_logits(student: Student, draw: Draw) -> None:
    """forward(x) is xWᵀ + b, not probabilities."""
    weight, bias = draw.normal(3, 4), draw.normal(3)
    model = classifier(student, weight, bias)
    x = draw.normal(5, 4)
    with explained(student, LOGITS, (weight, bias, x), draw):
        assert_close(model.forward(x), x @ weight.T + bias, asked="SoftmaxClassifier on 5 rows")


@check(
    task=2,
    points=3,
    title="The costs are those of full-batch SGD",
    hint="Each epoch: forward, cost, note it, gradients to zero, backward, step.",
)
def test_costs(student: Student, draw: Draw) -> None:
    """For new data the costs equal the host's own run from the same weights."""
    for rows, epochs, lr in [(8, 12, 0.1), (20, 7, 0.05)]:
        x, y = draw.normal(rows, 4), draw.integers(0, 3, rows)
        _assert_same_run(student, draw, x, y, epochs, lr)


@check(
    task=2,
    points=2,
    title="Number of epochs and learning rate are obeyed",
    hint="Are `epochs` and `lr` used, or numbers written in the code?",
)
def test_epochs_and_rate(student: Student, draw: Draw) -> None:
    """One epoch gives one cost; other learning rates give other costs."""
    x, y = draw.normal(6, 4), draw.integers(0, 3, 6)
    for epochs, lr in [(1, 0.1), (5, 0.5), (9, 0.01)]:
        _assert_same_run(student, draw, x, y, epochs, lr)


@check(
    task=2,
    points=2,
    title="Gradients start from zero in every epoch",
    hint="backward() adds to .grad: who clears it?",
)
def test_gradients_are_zeroed(student: Student, draw: Draw) -> None:
    """A gradient left over from an earlier run does not leak into the costs."""
    x, y = draw.normal(8, 4), draw.integers(0, 3, 8)
    weight, bias = draw.normal(3, 4), draw.normal(3)
    asked = "train() a second time on one model"
    after, _ = right_run(weight, bias, x, y, 3, 0.1)
    _, expected = right_run(*after, x, y, 4, 0.1)
    with explained(student, TRAIN, (weight, bias, x, y, 3, 0.1), draw):
        model = classifier(student, weight, bias)
        _costs(student, model, x, y, 3, 0.1)
        again = _costs(student, model, x, y, 4, 0.1)
        assert_close(again, expected, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=2,
    title="The model itself is trained",
    hint="optimizer.step() changes the parameters of the model that was passed in.",
)
def test_trained_in_place(student: Student, draw: Draw) -> None:
    """After train() the model's parameters are those of the host's own run."""
    x, y = draw.normal(10, 4), draw.integers(0, 3, 10)
    weight, bias = draw.normal(3, 4), draw.normal(3)
    (own_weight, own_bias), _ = right_run(weight, bias, x, y, 6, 0.2)
    asked = "the parameters after train()"
    with explained(student, TRAIN, (weight, bias, x, y, 6, 0.2), draw):
        model = classifier(student, weight, bias)
        before = model.state()
        _costs(student, model, x, y, 6, 0.2)
        after = parameters(model, before)
        assert_close(after[0], own_weight, asked=asked, rtol=1e-3, atol=1e-4)
        assert_close(after[1], own_bias, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=1.5,
    title="The course's toy data ends near the printed cost",
    hint="The lecture's run ends at a cost of about 0.247 after 1000 epochs.",
)
def test_toy_cost(student: Student, draw: Draw, metrics: dict[str, Any]) -> None:
    """1000 epochs at lr 0.1 on the toy data end where the host's own run from this start ends."""
    weight, bias = 0.5 * draw.normal(3, 4), 0.5 * draw.normal(3)
    asked = "train() on the toy data for 1000 epochs"
    _, expected = right_run(weight, bias, TOY_X, TOY_Y, 1000, 0.1)
    # The diagnosis looks at a short run: a mistake shows in its first epochs already.
    with explained(student, TRAIN, (weight, bias, TOY_X, TOY_Y, 8, 0.1), draw):
        model = classifier(student, weight, bias)
        costs = _costs(student, model, TOY_X, TOY_Y, 1000, 0.1)
        metrics["loss"] = shortened(costs.tolist())
        require(len(costs) == 1000, asked=asked, got=f"{len(costs)} costs instead of 1000")
        assert_close(costs[-1], expected[-1], asked=f"the last cost of {asked}", rtol=1e-2)


def _costs(student: Student, model: Model, x: Tensor, y: Tensor, epochs: int, lr: float) -> Tensor:
    """The costs that train() returns, as a float64 tensor."""
    costs = student.call("train", model, x, y, epochs, lr)
    asked = f"train() for {counted(epochs, 'epoch')}"
    require(isinstance(costs, list), asked=asked, got=f"{describe(costs)} instead of a list")
    numbers = all(isinstance(cost, float) for cost in costs)
    require(numbers, asked=asked, got="a list of something other than floats (use .item())")
    return torch.tensor(costs, dtype=torch.float64)


def _assert_same_run(
    student: Student, draw: Draw, x: Tensor, y: Tensor, epochs: int, lr: float
) -> None:
    weight, bias = draw.normal(3, 4), draw.normal(3)
    _, expected = right_run(weight, bias, x, y, epochs, lr)
    asked = f"the costs of train() for {counted(epochs, 'epoch')}"
    with explained(student, TRAIN, (weight, bias, x, y, epochs, lr), draw):
        model = classifier(student, weight, bias)
        costs = _costs(student, model, x, y, epochs, lr)
        assert_close(costs, expected, asked=asked, rtol=1e-3, atol=1e-4)

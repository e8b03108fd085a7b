"""Hidden checks of `training_loop`: costs equal the host's own run from the same weights.

`train()` is given a linear model of ours: it is judged without the student's classifier.
"""

from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

from grader.checking import (
    Draw,
    Failure,
    Student,
    assert_close,
    check,
    counted,
    require,
    shortened,
)
from grader.checking.diagnosis import explained
from grader.checking.diagnosis.layers import listed, other_layers
from grader.checking.facts import CHANGED_IN_PLACE
from grader.checking.modules import (
    assert_alike_in_both_modes,
    assert_gradients_reach_the_layer,
    assert_keeps_a_single_row,
    assert_keeps_its_input,
    with_weights,
)
from grader.hidden.training_loop.classifier import LOGITS
from grader.hidden.training_loop.trained import parameters, trained
from grader.hidden.training_loop.training import TRAIN, right_run

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


LATE = ("cost_after_the_step", "first_cost_missing", "list_reversed")
COUNT = ("one_epoch_too_many", "one_epoch_too_few", "returns_too_early", "epochs_hard_coded")
RATE = ("learning_rate_hard_coded", "learning_rate_scaled")
LEFT_OVER = ("missing_zero_grad", "zero_grad_in_the_wrong_epochs")
UNTRAINED = (
    "copy_trained",
    "nothing_learned",
    "weights_reinitialised",
    "bias_not_trained",
    "weight_not_trained",
)
"""The mistakes that the check of each property is about."""


@check(
    task=1,
    points=0.5,
    title="One linear layer from 4 features to 3 classes",
    hint="Print `SoftmaxClassifier()`: which layers does it list, of what sizes?",
)
def test_parameters(student: Student) -> None:
    """The classifier has one weight (3, 4) and one bias (3,)."""
    shapes = student.new("SoftmaxClassifier").shapes()
    require(
        sorted(shapes.values()) == [(3,), (3, 4)],
        asked="the parameters of SoftmaxClassifier()",
        got=listed(shapes),
        diagnosis=other_layers(shapes, 4, 3),
    )


@check(
    task=1,
    points=1.5,
    title="The classifier returns logits",
    hint="cross_entropy takes the softmax itself: what comes out of forward before that?",
)
def test_returns_logits(student: Student, draw: Draw) -> None:
    """forward(x) is xWᵀ + b, not probabilities."""
    weight, bias = draw.normal(3, 4), draw.normal(3)
    model, bias = with_weights(student, "SoftmaxClassifier", weight, bias)
    for rows in (5, 2):
        x = draw.normal(rows, 4)
        asked = f"SoftmaxClassifier on {rows} rows"
        with explained(student, LOGITS, (weight, bias, x), draw):
            assert_close(model.forward(x), x @ weight.T + bias, asked=asked)


@check(
    task=1,
    points=0.5,
    title="A single row keeps its axis",
    hint="A batch of one is a batch: shape (1, 4) becomes (1, 3).",
)
def test_single_row(student: Student, draw: Draw) -> None:
    """A batch of one row gives as many axes as a batch of several."""
    model, _ = with_weights(student, "SoftmaxClassifier", draw.normal(3, 4), draw.normal(3))
    assert_keeps_a_single_row(model, draw.normal(5, 4), "SoftmaxClassifier")


@check(
    task=1,
    points=0.5,
    title="Gradients reach the layer",
    hint="forward has to consist of torch operations on the layer's output, and no_grad is for "
    "judging a model, not for training it.",
)
def test_classifier_gradients(student: Student, draw: Draw) -> None:
    """A cost of the logits has a gradient by each parameter."""
    model, _ = with_weights(student, "SoftmaxClassifier", draw.normal(3, 4), draw.normal(3))
    assert_gradients_reach_the_layer(model, draw.normal(5, 4), draw.normal(5, 3))


@check(
    task=1,
    points=0.25,
    title="The same in training and evaluation, each time",
    hint="What does your forward remember, draw at random, or do in training only?",
)
def test_classifier_modes(student: Student, draw: Draw) -> None:
    """The logits hang on x and the weights alone, not on the mode or on earlier calls."""
    model, _ = with_weights(student, "SoftmaxClassifier", draw.normal(3, 4), draw.normal(3))
    assert_alike_in_both_modes(model, draw.normal(5, 4), "SoftmaxClassifier")


@check(
    task=1,
    points=0.25,
    title="The features stay as they were",
    hint="`x -= …` changes the caller's tensor; `x - …` makes a new one.",
)
def test_features_unchanged(student: Student, draw: Draw) -> None:
    """forward does not write into x."""
    model, _ = with_weights(student, "SoftmaxClassifier", draw.normal(3, 4), draw.normal(3))
    assert_keeps_its_input(model, draw.normal(5, 4), "SoftmaxClassifier")


@check(
    task=2,
    points=3,
    title="The costs are those of full-batch SGD",
    hint="Each epoch: forward, cost, record it, gradients to zero, backward, step.",
)
def test_costs(student: Student, draw: Draw) -> None:
    """For new data the costs equal the host's own run, as far as there are costs of both."""
    for rows, epochs, lr in [(8, 12, 0.1), (20, 7, 0.05)]:
        start = _start(draw, rows)
        asked = f"the costs of train() for {counted(epochs, 'epoch')}"
        with explained(student, TRAIN, (*start, epochs, lr), draw):
            costs = trained(student, *start, epochs, lr).costs(asked)
            _, expected = right_run(*start, epochs + 1, lr)
            common = min(len(costs), epochs)
            got = f"{counted(len(costs), 'cost')}, too few to judge"
            require(2 * common >= epochs, asked=asked, got=got)
            # Noted after each step they are the same costs: another check asks when.
            late = torch.allclose(costs[:common], expected[1 : common + 1], rtol=1e-3, atol=1e-4)
            own = expected[1 : common + 1] if late else expected[:common]
            assert_close(costs[:common], own, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=1,
    title="Each cost is taken before its step",
    hint="Which weights does the first cost belong to: those passed in, or those after a step?",
)
def test_before_the_step(student: Student, draw: Draw) -> None:
    """The first cost is that of the weights passed in, also where it is the only one."""
    for rows, epochs in [(6, 1), (9, 4)]:
        start = _start(draw, rows)
        asked = f"the first cost of train() for {counted(epochs, 'epoch')}"
        with explained(student, TRAIN, (*start, epochs, 0.3), draw, about=LATE):
            costs = trained(student, *start, epochs, 0.3).costs(asked)
            _, expected = right_run(*start, 1, 0.3)
            assert_close(costs[:1], expected, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=1,
    title="As many epochs as asked for",
    hint="Is `epochs` used, or a number written in the code? How often does `range(epochs)` run?",
)
def test_epochs(student: Student, draw: Draw) -> None:
    """There are as many costs as epochs, for several numbers of epochs."""
    for epochs in (1, 5, 9):
        start = _start(draw, 6)
        asked = f"train() for {counted(epochs, 'epoch')}"
        with explained(student, TRAIN, (*start, epochs, 0.1), draw, about=COUNT):
            count = len(trained(student, *start, epochs, 0.1).costs(asked))
            require(count == epochs, asked=asked, got=counted(count, "cost"))


@check(
    task=2,
    points=1,
    title="The learning rate is obeyed",
    hint="Is `lr` used as it is, or a number written in the code?",
)
def test_learning_rate(student: Student, draw: Draw) -> None:
    """One step is as long as the learning rate asks for."""
    for lr in (0.5, 0.01):
        start = _start(draw, 6)
        asked = f"the weights after one epoch with lr={lr}"
        with explained(student, TRAIN, (*start, 1, lr), draw, about=RATE):
            run = trained(student, *start, 1, lr)
            (weight, bias), _ = right_run(*start, 1, lr)
            assert_close(run.weight, weight, asked=asked, rtol=1e-3, atol=1e-5)
            assert_close(run.bias, bias, asked=asked, rtol=1e-3, atol=1e-5)


@check(
    task=2,
    points=1,
    title="Gradients start from zero in every epoch",
    hint="backward() adds to .grad: who clears it?",
)
def test_gradients_are_zeroed(student: Student, draw: Draw) -> None:
    """A gradient left over from an earlier epoch, or an earlier run, does not leak into a step."""
    weight, bias, x, y = _start(draw, 8)
    asked = "train() a second time on one model"
    first, _ = right_run(weight, bias, x, y, 3, 0.1)
    second, _ = right_run(*first, x, y, 4, 0.1)
    with explained(student, TRAIN, (weight, bias, x, y, 3, 0.1), draw, about=LEFT_OVER):
        model = student.linear(weight, bias)
        student.call("train", model, x, y, 3, 0.1)
        student.call("train", model, x, y, 4, 0.1)
        after = parameters(model, weight, bias)
        for tensor, expected in zip(after, second, strict=True):
            assert_close(tensor, expected, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=1,
    title="The model itself is trained",
    hint="optimizer.step() changes the parameters of the model that was passed in.",
)
def test_trained_in_place(student: Student, draw: Draw) -> None:
    """After train() the model's parameters are those of the host's own run."""
    start = _start(draw, 10)
    (weight, bias), _ = right_run(*start, 6, 0.2)
    asked = "the parameters after train()"
    with explained(student, TRAIN, (*start, 6, 0.2), draw, about=UNTRAINED):
        run = trained(student, *start, 6, 0.2)
        assert_close(run.weight, weight, asked=asked, rtol=1e-3, atol=1e-4)
        assert_close(run.bias, bias, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=0.5,
    title="x and y stay as they were",
    hint="`x -= …` and methods that end in an underscore change the caller's tensor.",
)
def test_data_unchanged(student: Student, draw: Draw) -> None:
    """The caller's features and labels are not written to."""
    weight, bias, x, y = _start(draw, 7)
    model = student.linear(weight, bias)
    _, after = student.call_and_inputs("train", model, x, y, 2, 0.1)
    same = len(after) == 2 and torch.equal(after[0], x) and torch.equal(after[1], y)
    asked = "train(model, x, y, 2, 0.1), then look at x and y"
    require(same, asked=asked, got="they have changed", diagnosis=CHANGED_IN_PLACE)


@check(
    task=2,
    points=1,
    title="Any model, with any number of features and classes",
    hint="Ask the model for its `parameters()` and x and y for their sizes; no 3 or 4 belongs in "
    "train, and no name of a layer.",
)
def test_any_model(student: Student, draw: Draw) -> None:
    """A bare linear layer with other numbers of features and classes is trained as well."""
    for features, classes in [(5, 4), (2, 2)]:
        start = _start(draw, 6, features, classes)
        asked = f"train() of nn.Linear({features}, {classes})"
        with explained(student, TRAIN, (*start, 4, 0.2), draw, about=()):
            run = trained(student, *start, 4, 0.2, name="")
            (weight, bias), costs = right_run(*start, 4, 0.2)
            assert_close(run.costs(asked), costs, asked=asked, rtol=1e-3, atol=1e-4)
            assert_close(run.weight, weight, asked=asked, rtol=1e-3, atol=1e-4)
            assert_close(run.bias, bias, asked=asked, rtol=1e-3, atol=1e-4)


@check(
    task=2,
    points=1,
    title="The course's toy data ends near the printed cost",
    hint="The lecture's run ends at a cost of about 0.247 after 1000 epochs.",
)
def test_toy_cost(student: Student, draw: Draw, metrics: dict[str, Any]) -> None:
    """1000 epochs at lr 0.1 on the toy data end where the host's own run from this start ends."""
    weight, bias = 0.5 * draw.normal(3, 4), 0.5 * draw.normal(3)
    asked = "the cost after train() on the toy data for 1000 epochs"
    _, [*_, expected] = right_run(weight, bias, TOY_X, TOY_Y, 1000, 0.1)
    # The diagnosis looks at a short run: a mistake shows in its first epochs already.
    with explained(student, TRAIN, (weight, bias, TOY_X, TOY_Y, 8, 0.1), draw):
        run = trained(student, weight, bias, TOY_X, TOY_Y, 1000, 0.1)
        with suppress(Failure):
            metrics["loss"] = shortened(run.costs(asked).tolist())
        own = torch.tensor(run.cost(TOY_X, TOY_Y), dtype=torch.float64)
        # Where the model itself was not trained, or not only that long, the costs may tell it.
        if not torch.isclose(own, expected, rtol=1e-2):
            own = run.costs(asked)[:1000][-1]
        assert_close(own, expected, asked=asked, rtol=1e-2)


def _start(
    draw: Draw, rows: int, features: int = 4, classes: int = 3
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Weight (C, D), bias (C,), x (N, D), y (N,)."""
    weight, bias = draw.normal(classes, features), draw.normal(classes)
    return weight, bias, draw.normal(rows, features), draw.integers(0, classes, rows)

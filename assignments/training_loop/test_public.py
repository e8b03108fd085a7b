"""Public checks of training_loop: what `grader check training_loop` runs."""

import math

import torch

from grader.checking import Draw, Student, assert_close, check, counted, describe, require
from grader.checking.diagnosis import explained
from grader.checking.modules import with_weights
from grader.hidden.training_loop.classifier import LOGITS
from grader.hidden.training_loop.trained import trained
from grader.hidden.training_loop.training import TRAIN

# The lecture's toy data.
X = torch.tensor(
    [
        [1.0, 2.0, 1.0, 1.0],
        [2.0, 1.0, 3.0, 2.0],
        [3.0, 1.0, 3.0, 4.0],
        [4.0, 1.0, 5.0, 5.0],
        [1.0, 7.0, 5.0, 5.0],
        [1.0, 2.0, 5.0, 6.0],
        [1.0, 6.0, 6.0, 6.0],
        [1.0, 7.0, 7.0, 7.0],
    ]
)
Y = torch.tensor([2, 2, 2, 1, 1, 1, 0, 0])
ZERO = torch.zeros(3, 4), torch.zeros(3)
"""Weight and bias of the model that train() is given: a linear one of ours."""


@check(
    task=1,
    points=1.5,
    title="Logits of two samples",
    hint="The loss contains the softmax. What is left for the model?",
)
def test_logits_of_two_samples(student: Student, draw: Draw) -> None:
    """SoftmaxClassifier() returns W x + b, without softmax."""
    weight = torch.tensor([[1.0, 0.0, -1.0, 0.5], [0.0, 2.0, 0.0, 0.0], [0.5, 0.5, 0.5, -0.5]])
    model, bias = with_weights(student, "SoftmaxClassifier", weight, torch.tensor([1.0, 0.0, -1.0]))
    x = X[:2]
    with explained(student, LOGITS, (weight, bias, x), draw):
        asked = "SoftmaxClassifier()(x) for x of shape (2, 4)"
        assert_close(model.forward(x), x @ weight.T + bias, asked=asked)


@check(
    task=2,
    points=1,
    title="Three epochs give three costs",
    hint="One plain number for each epoch, in a list.",
)
def test_first_costs(student: Student, draw: Draw) -> None:
    """Three epochs give a list of three floats."""
    asked = "train(model, x, y, epochs=3, lr=0.01) from zero weights: a list of 3 floats"
    with explained(student, TRAIN, (*ZERO, X, Y, 3, 0.01), draw):
        costs = trained(student, *ZERO, X, Y, 3, 0.01).returned
        require(isinstance(costs, list), asked=asked, got=f"{describe(costs)} instead of a list")
        plain = all(isinstance(cost, float) for cost in costs)
        got = "a list of something other than floats: use .item()"
        require(plain, asked=asked, got=got)
        require(len(costs) == 3, asked=asked, got=counted(len(costs), "number"))


@check(
    task=2,
    points=1,
    title="The first cost is that of the weights passed in",
    hint="Zero weights know nothing about three classes, whose cross-entropy is ln 3 = 1.0986.",
)
def test_first_cost(student: Student, draw: Draw) -> None:
    """From zero weights the first cost is ln 3, the cross-entropy before any step."""
    asked = "the first cost of train(model, x, y, epochs=3, lr=0.01) from zero weights"
    with explained(student, TRAIN, (*ZERO, X, Y, 3, 0.01), draw):
        costs = trained(student, *ZERO, X, Y, 3, 0.01).costs(asked)
        assert_close(costs[0], torch.tensor(math.log(3), dtype=costs.dtype), asked=asked, rtol=1e-4)


@check(
    task=2,
    points=2.5,
    title="The lecture's toy data",
    hint="Are the gradients of the epoch before still there?",
)
def test_toy_data(student: Student, draw: Draw) -> None:
    """1000 epochs with lr=0.1 on the toy data bring the cost to between 0.24 and 0.255."""
    asked = "train(model, x, y, epochs=1000, lr=0.1) on the toy data: a cost of 0.24 to 0.255"
    with explained(student, TRAIN, (*ZERO, X, Y, 8, 0.1), draw):
        run = trained(student, *ZERO, X, Y, 1000, 0.1)
        cost = run.cost(X, Y)
        if not 0.24 <= cost <= 0.255:  # the model may not be the one trained: the costs tell
            cost = run.costs(asked)[-1].item()
        require(0.24 <= cost <= 0.255, asked=asked, got=f"a last cost of {cost:.4g}")

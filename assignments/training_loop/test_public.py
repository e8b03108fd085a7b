"""Public checks of training_loop: what `grader check training_loop` runs."""

import math

import torch

from grader.checking import Draw, Student, assert_close, check, describe, require
from grader.checking.diagnosis import explained
from grader.checking.diagnosis.classifier import LOGITS, classifier
from grader.checking.diagnosis.training import TRAIN

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
ZERO_WEIGHT, ZERO_BIAS = torch.zeros(3, 4), torch.zeros(3)


@check(
    task=1,
    points=1.5,
    title="Logits of two samples",
    hint="The loss contains the softmax. What is left for the model?",
)
def test_logits_of_two_samples(student: Student, draw: Draw) -> None:
    """SoftmaxClassifier() returns W x + b, without softmax, for a batch of one too."""
    weight = torch.tensor([[1.0, 0.0, -1.0, 0.5], [0.0, 2.0, 0.0, 0.0], [0.5, 0.5, 0.5, 0.5]])
    bias = torch.tensor([1.0, 0.0, -1.0])
    model = classifier(student, weight, bias)
    for x in (X[:2], X[:1]):
        expected = x @ weight.T + bias
        asked = f"SoftmaxClassifier()(x) for x of shape ({len(x)}, 4)"
        with explained(student, LOGITS, (weight, bias, x), draw):
            assert_close(model.forward(x), expected, asked=asked)


@check(
    task=2,
    points=2,
    title="Three epochs give three costs",
    hint="Note the cost as a plain number before the step.",
)
def test_first_costs(student: Student, draw: Draw) -> None:
    """From zero weights three epochs give three falling costs, of which the first is ln 3."""
    asked = "train(model, x, y, epochs=3, lr=0.01) from zero weights: a list of 3 floats"
    with explained(student, TRAIN, (ZERO_WEIGHT, ZERO_BIAS, X, Y, 3, 0.01), draw):
        model = classifier(student, ZERO_WEIGHT, ZERO_BIAS)
        costs = student.call("train", model, X, Y, epochs=3, lr=0.01)
        require(isinstance(costs, list), asked=asked, got=f"{describe(costs)} instead of a list")
        plain = all(isinstance(cost, float) for cost in costs)
        got = "a list of something other than floats: use .item()"
        require(plain, asked=asked, got=got)
        require(len(costs) == 3, asked=asked, got=f"{len(costs)} numbers")
        first = torch.tensor(costs[0])
        assert_close(first, torch.tensor(math.log(3)), asked="the first cost, before any step")
        falling = costs[0] > costs[1] > costs[2]
        require(falling, asked="costs that fall from epoch to epoch", got=str(costs))


@check(
    task=2,
    points=2.5,
    title="The lecture's toy data",
    hint="Are the gradients of the epoch before still there?",
)
def test_toy_data(student: Student, draw: Draw) -> None:
    """1000 epochs with lr=0.1 on the toy data bring the cost to between 0.24 and 0.255."""
    asked = "train(model, x, y, epochs=1000, lr=0.1) on the toy data: a last cost of 0.24 to 0.255"
    with explained(student, TRAIN, (ZERO_WEIGHT, ZERO_BIAS, X, Y, 8, 0.1), draw):
        model = classifier(student, ZERO_WEIGHT, ZERO_BIAS)
        costs = student.call("train", model, X, Y, epochs=1000, lr=0.1)
        require(isinstance(costs, list), asked=asked, got=f"{describe(costs)} instead of a list")
        plain = bool(costs) and isinstance(costs[-1], float)
        require(plain, asked=asked, got="a list whose last cost is no float: use .item()")
        require(0.24 <= costs[-1] <= 0.255, asked=asked, got=f"a last cost of {costs[-1]:.4g}")

"""Hidden checks of `softmax`: P(class = i) = exp(z_i) / Σ_j exp(z_j), by hand, and the module."""

import torch
from torch import Tensor

from grader.checking import (
    Draw,
    Model,
    Student,
    assert_close,
    check,
    describe,
    of_shape,
    require,
    require_an_answer,
)
from grader.checking.diagnosis import Given, assert_computes, explained
from grader.checking.diagnosis.layers import listed, other_layers
from grader.checking.facts import CHANGED_IN_PLACE
from grader.checking.modules import (
    assert_alike_in_both_modes,
    assert_gradients_reach_the_layer,
    assert_keeps_a_single_row,
    assert_keeps_its_input,
    with_weights,
)
from grader.hidden.softmax.softmax import SOFTMAX, SOFTMAX_GRADIENT
from grader.hidden.softmax.softmax_module import SOFTMAX_MODULE

VALUES = "Equals the formula for many shapes and axes"
DTYPES = ("always_float32", "float64_returned")
AXES = ("default_axis", "wrong_axis", "axis_one")
CUT_OFF = ("detached", "detached_denominator", "detached_numerator")
"""The mistakes that the checks of dtype, default axis and gradient are about."""


@check(
    task=1,
    points=3,
    title=VALUES,
    hint="Is the sum taken over `dim`, and kept so that the division broadcasts?",
)
def test_values(student: Student, draw: Draw) -> None:
    """The values are those of torch.softmax for every shape and every axis."""
    cases = [
        (draw.normal(*shape, scale=3), dim)
        for shape in [(5,), (4, 3), (1, 7), (2, 3, 4), (2, 1, 3, 5)]
        for dim in range(-len(shape), len(shape))
    ]
    for z, dim in student.ahead(SOFTMAX.ask, cases):
        asked = f"softmax of shape {tuple(z.shape)}, dim={dim}"
        assert_computes(student, SOFTMAX, (z, dim), draw, asked=asked, values_only=True)


@check(
    task=1,
    points=0.5,
    title="The last axis is the default",
    hint="What is `dim` when the caller does not name it?",
)
def test_default_axis(student: Student, draw: Draw) -> None:
    """Without `dim`, probabilities sum to one along the last axis."""
    z = draw.normal(3, 3)
    expected = SOFTMAX.right(z, -1)
    with explained(student, SOFTMAX, (z, None), draw, about=AXES):
        p = student.call("softmax", z)
        assert_close(p, expected, asked="softmax(z) without dim", values_only=True)


@check(
    task=1,
    points=0.25,
    title="Probabilities sum to one",
    hint="What do you divide by? Every row needs its own sum.",
)
def test_sum_to_one(student: Student, draw: Draw) -> None:
    """Along `dim` the probabilities are non-negative and sum to one."""
    z = draw.normal(6, 10, scale=4)
    with explained(student, SOFTMAX, (z, 1), draw):
        asked = "softmax along dim=1"
        p = of_shape(student.call("softmax", z, dim=1), (6, 10), asked=asked)
        assert_close(p, p, asked=asked, values_only=True)
        require(bool((p >= 0).all()), asked=asked, got="a negative probability")
        asked = "the sums of softmax along dim=1"
        assert_close(p.sum(1), torch.ones(6), asked=asked, values_only=True)


@check(
    task=1,
    points=0.25,
    title="Adding a constant to a row changes nothing",
    hint="exp(z + c) = exp(z)·exp(c): what happens to exp(c) in the quotient?",
)
def test_shift_invariance(student: Student, draw: Draw) -> None:
    """softmax(z + c) = softmax(z) for c far larger than exp can bear."""
    z = draw.normal(4, 5)
    given = Given((z, 1), VALUES, own="finite")
    cases = [(z + shift, 1) for shift in (-300.0, 50.0, 200.0)]
    for inputs in student.ahead(SOFTMAX.ask, cases):
        asked = "softmax of logits moved by a constant"
        assert_computes(student, SOFTMAX, inputs, draw, asked=asked, given=given, values_only=True)


@check(
    task=1,
    points=1,
    title="Logits of ±10,000 are no problem",
    hint="exp(100) overflows in float32. Which constant could be taken off each row first, "
    "without changing the answer?",
)
def test_extreme_logits(student: Student, draw: Draw) -> None:
    """Logits of ±1e4 give finite, correct probabilities."""
    signs = draw.integers(0, 2, 6, 4) * 2.0 - 1
    z = signs * 1e4 + draw.normal(6, 4)
    asked = "softmax of logits of ±10,000"
    # z itself is only exact to 1e-3 there, so p is too for whoever takes logarithms on the way.
    given = Given((draw.normal(6, 4), 1), VALUES, own="finite")
    assert_computes(
        student, SOFTMAX, (z, 1), draw,
        asked=asked, rtol=2e-3, atol=2e-3, given=given, values_only=True,
    )  # fmt: skip


@check(
    task=1,
    points=1,
    title="Gradients flow, and are those of the values",
    hint="Every step has to stay a torch operation on `z`: no .item(), .data, numpy or detach().",
)
def test_gradient(student: Student, draw: Draw) -> None:
    """Autograd through the student's softmax gives the gradient of what it computes."""
    z, cotangent = draw.normal(4, 6), draw.normal(4, 6)
    _, expected = SOFTMAX_GRADIENT.right(z, 1, cotangent)
    asked = "the gradient of softmax"
    inputs = z, 1, cotangent
    with explained(student, SOFTMAX_GRADIENT, inputs, draw):
        _, gradient = student.gradient("softmax", z, dim=1, cotangent=cotangent)
        got = "a value that autograd cannot follow back to z"
        require(isinstance(gradient, Tensor), asked=asked, got=got)
        assert isinstance(gradient, Tensor)
        require(bool(gradient.any()), asked=asked, got="zero everywhere")
    with explained(student, SOFTMAX_GRADIENT, inputs, draw, about=CUT_OFF):
        assert_close(gradient, expected, asked=asked)


@check(
    task=1,
    points=0.5,
    title="The input stays as it was",
    hint="`z -= …` and `z.exp_()` change the caller's tensor; `z - …` makes a new one.",
)
def test_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's tensor is not written to."""
    z = draw.normal(3, 4)
    _, [after] = student.call_and_inputs("softmax", z, 1)
    same = torch.equal(after, z)
    asked = "softmax(z), then look at z"
    require(same, asked=asked, got="z has changed", diagnosis=CHANGED_IN_PLACE)


@check(
    task=1,
    points=0.25,
    title="The dtype of the input is kept",
    hint="Where does your code make a new tensor? Its dtype should follow `z`.",
)
def test_dtype(student: Student, draw: Draw) -> None:
    """The dtype that comes in goes out, whatever the values are."""
    z = draw.normal(3, 4)
    cases = [(z.to(dtype), 1) for dtype in (torch.float32, torch.float64, torch.bfloat16)]
    for x, dim in student.ahead(SOFTMAX.ask, cases):
        name = str(x.dtype).removeprefix("torch.")
        asked = f"softmax of a {name} tensor"
        with explained(student, SOFTMAX, (x, dim), draw, about=DTYPES):
            p = student.call("softmax", x, dim=dim)
            kept = isinstance(p, Tensor) and p.dtype == x.dtype
            require(kept, asked=asked, got=f"{describe(p)} instead of a {name} one")
            require_an_answer(of_shape(p, (3, 4), asked=asked), asked=asked)


@check(
    task=1,
    points=0.25,
    title="float64 is worked in float64",
    hint="Is there a `.float()` on the way? What was rounded once stays rounded.",
)
def test_precision(student: Student, draw: Draw) -> None:
    """float64 logits give probabilities with float64's precision."""
    z = draw.normal(3, 4, dtype=torch.float64)
    given = Given((z.float(), 1), VALUES)
    asked = "softmax of a float64 tensor"
    assert_computes(student, SOFTMAX, (z, 1), draw, asked=asked, given=given, values_only=True)


@check(
    task=1,
    points=0.5,
    title="A transposed tensor is as good as any",
    hint="`view` wants a contiguous tensor; `reshape`, or no reshaping at all, does not.",
)
def test_not_contiguous(student: Student, draw: Draw) -> None:
    """An input that is not contiguous in memory gives the right values."""
    transposed = draw.normal(5, 4).T
    for z, dim in student.ahead(SOFTMAX.ask, [(transposed, 0), (transposed, 1)]):
        asked = f"softmax of a transposed tensor, dim={dim}"
        given = Given((z.contiguous(), dim), VALUES)
        assert_computes(
            student, SOFTMAX, (z, dim), draw, asked=asked, given=given, values_only=True
        )


@check(
    task=1,
    points=0.5,
    title="Written by hand",
    hint="Write the formula with exp, sum and a division.",
)
def test_by_hand(student: Student, draw: Draw) -> None:
    """torch's own softmax is not called on the way to the values, right or of a known mistake."""
    z = draw.normal(2, 3)
    given, asked = Given((z, 1), VALUES), "softmax by hand of a 2×3 batch"
    assert_computes(
        student, SOFTMAX, (z, 1), draw, asked=asked, given=given, values_only=True
    )  # a call that is forbidden ends the check


@check(
    task=2,
    points=1,
    title="One linear layer from 4 features to 3 classes",
    hint="Print `Softmax()`: which layers does it list, of what name and sizes?",
)
def test_parameters(student: Student) -> None:
    """The module's parameters are linear.weight (3, 4) and linear.bias (3,)."""
    shapes = student.new("Softmax").shapes()
    require(
        shapes == {"linear.weight": (3, 4), "linear.bias": (3,)},
        asked="the parameters of Softmax()",
        got=listed(shapes),
        diagnosis=other_layers(shapes, 4, 3, "linear"),
    )


@check(
    task=2,
    points=1.5,
    title="forward is softmax(linear(x))",
    hint="First the layer, then softmax over the classes: which axis of (N, 3) is that?",
)
def test_forward(student: Student, draw: Draw) -> None:
    """With weights of the host's choosing, forward gives softmax(xWᵀ + b)."""
    model, weight, bias = _module(student, draw)
    batches = [(draw.normal(rows, 4, scale=2),) for rows in (2, 3, 8)]
    for (x,) in student.ahead(lambda _, x: model.forward(x), batches):
        expected = torch.softmax(x @ weight.T + bias, 1)
        with explained(student, SOFTMAX_MODULE, (weight, bias, x), draw):
            assert_close(model.forward(x), expected, asked=f"Softmax on x of shape ({len(x)}, 4)")


@check(
    task=2,
    points=0.5,
    title="Each row is judged by itself",
    hint="If a row's probabilities depend on its neighbours, softmax runs over the batch.",
)
def test_rows_are_independent(student: Student, draw: Draw) -> None:
    """Rows have the same probabilities in a batch of two as in a larger one."""
    model, weight, bias = _module(student, draw)
    x = draw.normal(5, 4)
    whole = of_shape(model.forward(x), (5, 3), asked="Softmax on a batch of 5 rows")
    asked = "Softmax on two rows of a batch"
    with explained(student, SOFTMAX_MODULE, (weight, bias, x), draw):
        assert_close(model.forward(x[2:4]), whole[2:4], asked=asked)


@check(
    task=2,
    points=0.5,
    title="A single row keeps its axis",
    hint="A batch of one is a batch: shape (1, 4) becomes (1, 3).",
)
def test_single_row(student: Student, draw: Draw) -> None:
    """A batch of one row gives as many axes as a batch of several."""
    model, _, _ = _module(student, draw)
    assert_keeps_a_single_row(model, draw.normal(5, 4), "Softmax")


@check(
    task=2,
    points=1,
    title="Gradients reach the layer",
    hint="forward has to consist of torch operations on the layer's output, and no_grad is for "
    "judging a model, not for training it.",
)
def test_module_gradients(student: Student, draw: Draw) -> None:
    """A cost of the probabilities has a gradient by each parameter."""
    model, _, _ = _module(student, draw)
    assert_gradients_reach_the_layer(model, draw.normal(5, 4), draw.normal(5, 3))


@check(
    task=2,
    points=0.5,
    title="The same in training and evaluation, each time",
    hint="What does your forward remember, draw at random, or do in training only?",
)
def test_modes(student: Student, draw: Draw) -> None:
    """The probabilities hang on x and the weights alone, not on the mode or on earlier calls."""
    model, _, _ = _module(student, draw)
    assert_alike_in_both_modes(model, draw.normal(5, 4), "Softmax")


@check(
    task=2,
    points=0.5,
    title="The features stay as they were",
    hint="`x -= …` changes the caller's tensor; `x - …` makes a new one.",
)
def test_features_unchanged(student: Student, draw: Draw) -> None:
    """forward does not write into x."""
    model, _, _ = _module(student, draw)
    assert_keeps_its_input(model, draw.normal(5, 4), "Softmax")


def _module(student: Student, draw: Draw) -> tuple[Model, Tensor, Tensor]:
    """A module of the student's with random weights, its weight (3, 4) and bias (3,)."""
    weight = draw.normal(3, 4)
    model, bias = with_weights(student, "Softmax", weight, draw.normal(3))
    return model, weight, bias

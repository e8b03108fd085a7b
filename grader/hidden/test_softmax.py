"""Hidden checks of `softmax`: P(class = i) = exp(z_i) / Σ_j exp(z_j), by hand, and the module."""

import torch
from torch import Tensor

from grader.checking import Draw, Model, Student, assert_close, check, of_shape, require
from grader.checking.diagnosis import Given, assert_computes, explained
from grader.checking.diagnosis.softmax import SOFTMAX, SOFTMAX_GRADIENT
from grader.checking.diagnosis.softmax_module import SOFTMAX_MODULE
from grader.checking.facts import CHANGED_IN_PLACE, NO_BIAS

VALUES = "Equals the formula for many shapes and axes"


@check(
    task=1,
    points=1.5,
    title=VALUES,
    hint="Is the sum taken over `dim`, and kept so that the division broadcasts?",
)
def test_values(student: Student, draw: Draw) -> None:
    """The values are those of torch.softmax for every shape and every axis."""
    for shape in [(5,), (4, 3), (1, 7), (2, 3, 4), (2, 1, 3, 5)]:
        for dim in range(-1, len(shape)):
            z = draw.normal(*shape, scale=3)
            asked = f"softmax of shape {shape}, dim={dim}"
            assert_computes(student, SOFTMAX, (z, dim), draw, asked=asked)


@check(
    task=1,
    points=0.5,
    title="The last axis is the default",
    hint="What is `dim` when the caller does not name it?",
)
def test_default_axis(student: Student, draw: Draw) -> None:
    """Without `dim`, probabilities sum to one along the last axis."""
    z = draw.normal(3, 3)
    given = Given((z, -1), VALUES)
    asked = "softmax(z) without dim"
    assert_computes(student, SOFTMAX, (z, None), draw, asked=asked, given=given)


@check(
    task=1,
    points=0.5,
    title="Probabilities sum to one",
    hint="What do you divide by? Every row needs its own sum.",
)
def test_sum_to_one(student: Student, draw: Draw) -> None:
    """Along `dim` the probabilities are non-negative and sum to one."""
    z = draw.normal(6, 10, scale=4)
    with explained(student, SOFTMAX, (z, 1), draw):
        asked = "softmax along dim=1"
        p = of_shape(student.call("softmax", z, dim=1), (6, 10), asked=asked)
        assert_close(p, p, asked=asked)
        require(bool((p >= 0).all()), asked=asked, got="a negative probability")
        assert_close(p.sum(1), torch.ones(6), asked="the sums of softmax along dim=1")


@check(
    task=1,
    points=0.5,
    title="Adding a constant to a row changes nothing",
    hint="exp(z + c) = exp(z)·exp(c): what happens to exp(c) in the quotient?",
)
def test_shift_invariance(student: Student, draw: Draw) -> None:
    """softmax(z + c) = softmax(z) for c far larger than exp can bear."""
    z = draw.normal(4, 5)
    given = Given((z, 1), VALUES, own="finite")
    for shift in (-300.0, 50.0, 200.0):
        asked = "softmax of logits moved by a constant"
        assert_computes(student, SOFTMAX, (z + shift, 1), draw, asked=asked, given=given)


@check(
    task=1,
    points=1.5,
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
    assert_computes(student, SOFTMAX, (z, 1), draw, asked=asked, rtol=2e-3, atol=2e-3, given=given)


@check(
    task=1,
    points=1,
    title="The gradient is right",
    hint="Every step has to stay a torch operation on `z`: no .item(), .data, numpy or detach().",
)
def test_gradient(student: Student, draw: Draw) -> None:
    """Autograd through the student's softmax gives torch's gradient."""
    z, cotangent = draw.normal(4, 6), draw.normal(4, 6)
    _, expected = SOFTMAX_GRADIENT.right(z, 1, cotangent)
    asked = "the gradient of softmax"
    with explained(student, SOFTMAX_GRADIENT, (z, 1, cotangent), draw):
        _, gradient = student.gradient("softmax", z, dim=1, cotangent=cotangent)
        got = "a value that autograd cannot follow back to z"
        require(gradient is not None, asked=asked, got=got)
        assert_close(gradient, expected, asked=asked)


@check(
    task=1,
    points=1,
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
    points=0.5,
    title="The dtype of the input is kept",
    hint="Where does your code make a new tensor? Its dtype should follow `z`.",
)
def test_dtype(student: Student, draw: Draw) -> None:
    """The dtype of the input is kept, with its precision; bfloat16 is good to two digits."""
    z = draw.normal(3, 4, dtype=torch.float64)
    given = Given((z.float(), 1), VALUES, own="dtype")
    asked = "softmax of a float64 tensor"
    assert_computes(student, SOFTMAX, (z, 1), draw, asked=asked, given=given)
    half = z.to(torch.bfloat16)
    asked = "softmax of a bfloat16 tensor"
    assert_computes(
        student, SOFTMAX, (half, 1), draw, asked=asked, rtol=2e-2, atol=2e-2, given=given
    )


@check(
    task=1,
    points=0.5,
    title="A transposed tensor is as good as any",
    hint="`view` wants a contiguous tensor; `reshape`, or no reshaping at all, does not.",
)
def test_not_contiguous(student: Student, draw: Draw) -> None:
    """An input that is not contiguous in memory gives the right values."""
    z = draw.normal(5, 4).T
    for dim in (0, 1):
        asked = f"softmax of a transposed tensor, dim={dim}"
        given = Given((z.contiguous(), dim), VALUES)
        assert_computes(student, SOFTMAX, (z, dim), draw, asked=asked, given=given)


@check(
    task=1,
    points=0.5,
    title="Written by hand",
    hint="Write the formula with exp, sum and a division.",
)
def test_by_hand(student: Student, draw: Draw) -> None:
    """torch's own softmax is not called on the way."""
    z = draw.normal(2, 3)
    given = Given((z, 1), VALUES)
    assert_computes(student, SOFTMAX, (z, 1), draw, asked="softmax by hand", given=given)


@check(
    task=2,
    points=1,
    title="One linear layer from 4 features to 3 classes",
    hint="`self.linear = nn.Linear(4, 3)` in `__init__`, after `super().__init__()`.",
)
def test_parameters(student: Student) -> None:
    """The module's parameters are linear.weight (3, 4) and linear.bias (3,)."""
    shapes = {name: tuple(t.shape) for name, t in student.new("Softmax").state().items()}
    require(
        shapes == {"linear.weight": (3, 4), "linear.bias": (3,)},
        asked="the parameters of Softmax()",
        got=", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "no parameters",
        diagnosis=NO_BIAS if shapes == {"linear.weight": (3, 4)} else None,
    )


@check(
    task=2,
    points=3.5,
    title="forward is softmax(linear(x))",
    hint="First the layer, then softmax over the classes: which axis of (N, 3) is that?",
)
def test_forward(student: Student, draw: Draw) -> None:
    """With weights of the host's choosing, forward gives softmax(xWᵀ + b), for one row too."""
    weight, bias = draw.normal(3, 4), draw.normal(3)
    model = _with_weights(student, weight, bias)
    for rows in (1, 3, 8):
        x = draw.normal(rows, 4, scale=2)
        expected = torch.softmax(x @ weight.T + bias, 1)
        with explained(student, SOFTMAX_MODULE, (weight, bias, x), draw):
            assert_close(model.forward(x), expected, asked=f"Softmax on x of shape ({rows}, 4)")


@check(
    task=2,
    points=1,
    title="Each row is judged by itself",
    hint="If a row's probabilities depend on its neighbours, softmax runs over the batch.",
)
def test_rows_are_independent(student: Student, draw: Draw) -> None:
    """A row's probabilities are the same alone and in a batch."""
    weight, bias, x = draw.normal(3, 4), draw.normal(3), draw.normal(5, 4)
    model = _with_weights(student, weight, bias)
    asked = "Softmax on one row of a batch"
    with explained(student, SOFTMAX_MODULE, (weight, bias, x), draw):
        whole = of_shape(model.forward(x), (5, 3), asked="Softmax on a batch of 5 rows")
        assert_close(model.forward(x[2:3]), whole[2:3], asked=asked)


def _with_weights(student: Student, weight: Tensor, bias: Tensor) -> Model:
    model = student.new("Softmax")
    shapes = {name: tuple(t.shape) for name, t in model.state().items()}
    wanted = {"linear.weight": (3, 4), "linear.bias": (3,)}
    require(shapes == wanted, asked=f"Softmax() with parameters {wanted}", got=str(shapes))
    model.load({"linear.weight": weight, "linear.bias": bias})
    return model

"""Hidden checks of `cross_entropy`: L = (1/N) Σ −log softmax(z)_y, and its relatives.

Value and gradient are compared with torch.nn.functional. Tolerances: float32 rtol 1e-4, atol 1e-5;
float64 rtol 1e-9, atol 1e-10 (`grader.checking.comparison`).
"""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking import Draw, Student, assert_close, check, counted, require
from grader.checking.diagnosis import Given, assert_computes, explained
from grader.checking.diagnosis.binary import BINARY, BINARY_GRADIENT
from grader.checking.diagnosis.cross_entropy import CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT
from grader.checking.diagnosis.nll import NLL
from grader.checking.diagnosis.one_hot import ONE_HOT
from grader.checking.facts import CHANGED_IN_PLACE

SIZES = [(1, 2), (1, 10), (7, 3), (32, 10), (5, 1000), (100, 2)]
"""(N, C): batches of one, two classes, a thousand classes."""

VALUE = "Value equals F.cross_entropy"
BITS = "Per-sample loss in bits"
BINARY_GRADIENTS = "The gradient formula equals autograd"


@check(
    task=1,
    points=1.5,
    title="One 1 in each row, for any number of classes",
    hint="The shape is (number of labels, num_classes), whatever labels occur.",
)
def test_one_hot_values(student: Student, draw: Draw) -> None:
    """Equals F.one_hot as float32, also where the highest class does not occur."""
    for rows, classes in [(1, 2), (6, 5), (20, 3), (4, 100)]:
        y = draw.integers(0, classes - 1, rows)
        asked = f"one_hot of {counted(rows, 'label')}, {classes} classes"
        assert_computes(student, ONE_HOT, (y, classes), draw, asked=asked)


@check(
    task=1,
    points=0.5,
    title="The labels stay as they were",
    hint="Methods that end in an underscore change a tensor in place: which tensor is it here?",
)
def test_one_hot_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's labels are not written to."""
    y = draw.integers(1, 4, 6)
    _, [after] = student.call_and_inputs("one_hot", y, 4)
    same = torch.equal(after, y)
    asked = "one_hot(y, 4), then look at y"
    require(same, asked=asked, got="y has changed", diagnosis=CHANGED_IN_PLACE)


@check(
    task=2,
    points=1.5,
    title=VALUE,
    hint="The loss of a row is −log of its label's probability; the loss is their mean.",
)
def test_value(student: Student, draw: Draw) -> None:
    """The value is right for batches of 1 to 100 rows and 2 to 1000 classes."""
    for rows, classes in SIZES:
        z, y = _batch(draw, rows, classes)
        asked = f"cross_entropy of {counted(rows, 'row')}, {classes} classes"
        assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked=asked)


@check(
    task=2,
    points=1.5,
    title="Gradient equals that of F.cross_entropy",
    hint="Every step has to stay a torch operation on the logits, and the mean belongs to it.",
)
def test_gradient(student: Student, draw: Draw) -> None:
    """The gradient by the logits is (softmax(z) − onehot(y)) / N."""
    for rows, classes in SIZES:
        z, y = _batch(draw, rows, classes)
        asked = f"cross_entropy of {counted(rows, 'row')}, {classes} classes"
        _assert_gradient(student, draw, z, y, asked)


@check(
    task=2,
    points=0.5,
    title="float64 in, float64 out",
    hint="Where does your code make a new tensor? Its dtype should follow the logits.",
)
def test_float64(student: Student, draw: Draw) -> None:
    """float64 logits give a float64 loss with float64's precision."""
    z, y = _batch(draw, 6, 4, torch.float64)
    given = Given((z.float(), y), VALUE, own="dtype")
    asked = "cross_entropy of float64 logits"
    assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given)


@check(
    task=2,
    points=1.5,
    title="Extreme logits give a finite loss and gradient",
    hint="log(softmax(z)) meets log(0). How can log and exp be taken together? "
    "Look up log-sum-exp.",
)
def test_extreme_logits(student: Student, draw: Draw) -> None:
    """Logits of ±1e3 give the right, finite loss and gradient."""
    plain, y = _batch(draw, 8, 5)
    given = Given((plain, y), VALUE, own="finite")
    z = (plain * 300).round().clamp(-1000, 1000)
    asked = "cross_entropy of logits up to ±1000"
    assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given)
    _assert_gradient(student, draw, z, y, asked)


@check(
    task=2,
    points=0.5,
    title="The logits stay as they were",
    hint="`z -= …` and `z.exp_()` change the caller's tensor; `z - …` makes a new one.",
)
def test_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's logits and labels are not written to."""
    z, y = _batch(draw, 5, 4)
    _, after = student.call_and_inputs("cross_entropy", z, y)
    asked = "cross_entropy(logits, y), then look at logits and y"
    same = len(after) == 2 and torch.equal(after[0], z) and torch.equal(after[1], y)
    require(same, asked=asked, got="they have changed", diagnosis=CHANGED_IN_PLACE)


@check(
    task=2,
    points=0.5,
    title="Written by hand",
    hint="Your own one_hot, or indexing, and a log do it.",
)
def test_by_hand(student: Student, draw: Draw) -> None:
    """torch's own cross_entropy and nll_loss are not called on the way."""
    z, y = _batch(draw, 4, 3)
    given = Given((z, y), VALUE)
    asked = "cross_entropy by hand"
    assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given)


@check(
    task=3,
    points=2,
    title="nll_loss equals cross_entropy of the logits",
    hint="The logarithm has already been taken: what is left to do?",
)
def test_nll_value(student: Student, draw: Draw) -> None:
    """nll_loss(log_softmax(z), y) = F.cross_entropy(z, y)."""
    for rows, classes in SIZES:
        z, y = _batch(draw, rows, classes)
        asked = f"nll_loss of {counted(rows, 'row')}, {classes} classes"
        assert_computes(student, NLL, (z.log_softmax(1), y), draw, asked=asked)


@check(
    task=3,
    points=1,
    title="The three formulas agree",
    hint="cross_entropy(z, y), nll_loss(log_softmax(z), y) and the sum over one-hot rows are "
    "one number.",
)
def test_three_formulas(student: Student, draw: Draw) -> None:
    """cross_entropy, nll_loss and the one-hot sum give one number."""
    z, y = _batch(draw, 9, 6)
    log_p = z.log_softmax(1)
    assert_computes(student, NLL, (log_p, y), draw, asked="nll_loss(log_softmax(z), y)")
    assert_computes(student, ONE_HOT, (y, 6), draw, asked="one_hot(y, 6)")
    assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked="cross_entropy(z, y)")


@check(
    task=4,
    points=2,
    title=BITS,
    hint="A bit is a base-2 logarithm; and there is one loss for each sample, not their mean.",
)
def test_bits(student: Student, draw: Draw) -> None:
    """Equals F.binary_cross_entropy without reduction, divided by ln 2."""
    for rows in (1, 2, 25):
        o, y = draw.uniform(0.01, 0.99, rows), draw.integers(0, 2, rows).float()
        asked = f"binary_cross_entropy of {counted(rows, 'sample')}"
        assert_computes(student, BINARY, (o, y), draw, asked=asked)


@check(
    task=4,
    points=1,
    title="Confident answers, right and wrong",
    hint="A sure and wrong answer costs many bits: o = 0.0001 with y = 1 costs 13.2877.",
)
def test_confident(student: Student, draw: Draw) -> None:
    """Probabilities near 0 and 1 cost what the formula says."""
    o = torch.tensor([1e-4, 1 - 1e-4, 1e-4, 1 - 1e-4]) + draw.uniform(0, 1e-5, 4)
    y = torch.tensor([1.0, 1.0, 0.0, 0.0])
    asked = "binary_cross_entropy of confident answers"
    given = Given((draw.uniform(0.1, 0.9, 4), y), BITS, own="finite")
    assert_computes(student, BINARY, (o, y), draw, asked=asked, rtol=1e-3, atol=1e-5, given=given)


@check(
    task=5,
    points=2.5,
    title=BINARY_GRADIENTS,
    hint="∂e/∂w = x(o − y) and ∂e/∂b = (o − y), with o = σ(x·w + b), for each sample.",
)
def test_binary_gradient_values(student: Student, draw: Draw) -> None:
    """dw (N, D) and db (N,) are what autograd gives for each sample's natural-log loss."""
    for rows, features in [(6, 3), (4, 8), (1, 2)]:
        _assert_binary_gradient(student, draw, rows, features)


@check(
    task=5,
    points=1,
    title="One feature, one sample",
    hint="Shapes hold when N or D is 1: dw is (N, D), db is (N,).",
)
def test_binary_gradient_small(student: Student, draw: Draw) -> None:
    """The shapes hold where N = D = 1 and where N = D."""
    for rows, features in [(1, 1), (5, 1), (3, 3)]:
        _assert_binary_gradient(student, draw, rows, features)


def _batch(
    draw: Draw, rows: int, classes: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    return draw.normal(rows, classes, scale=2, dtype=dtype), draw.integers(0, classes, rows)


def _assert_gradient(student: Student, draw: Draw, z: Tensor, y: Tensor, asked: str) -> None:
    asked = f"the gradient of {asked}"
    expected = (z.softmax(1) - F.one_hot(y, z.shape[1])) / len(z)
    with explained(student, CROSS_ENTROPY_GRADIENT, (z, y, torch.tensor(1.0)), draw):
        _, gradient = student.gradient("cross_entropy", z, y)
        require(gradient is not None, asked=asked, got="a value that autograd cannot follow back")
        assert_close(gradient, expected, asked=asked)


def _assert_binary_gradient(student: Student, draw: Draw, rows: int, features: int) -> None:
    x, w, b = draw.normal(rows, features), draw.normal(features), draw.normal()
    y = draw.integers(0, 2, rows).float()
    error = torch.sigmoid(x @ w + b) - y
    asked = (
        f"binary_cross_entropy_grad of {counted(rows, 'sample')}, {counted(features, 'feature')}"
    )
    with explained(student, BINARY_GRADIENT, (x, w, b, y), draw):
        answer = student.call("binary_cross_entropy_grad", x, w, b, y)
        pair = isinstance(answer, list) and len(answer) == 2
        require(pair, asked=asked, got="something other than the pair (dw, db)")
        assert_close(answer[0], x * error.unsqueeze(1), asked=f"dw of {asked}")
        assert_close(answer[1], error, asked=f"db of {asked}")

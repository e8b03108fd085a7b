"""Hidden checks of `cross_entropy`: L = (1/N) Σ −log softmax(z)_y, and its relatives.

Value and gradient are compared with torch.nn.functional. Tolerances: float32 rtol 1e-4, atol 1e-5;
float64 rtol 1e-9, atol 1e-10 (`grader.checking.comparison`). Each function is judged by itself.
"""

import torch
from torch import Tensor

from grader.checking import Draw, Student, assert_close, check, counted, describe, require
from grader.checking.diagnosis import Formula, Given, assert_computes, explained
from grader.checking.facts import CHANGED_IN_PLACE
from grader.hidden.cross_entropy.binary import BINARY, BINARY_GRADIENT
from grader.hidden.cross_entropy.binary_multi import BINARY_MULTI
from grader.hidden.cross_entropy.cross_entropy import CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT
from grader.hidden.cross_entropy.likelihood import LOG_LIKELIHOOD
from grader.hidden.cross_entropy.nll import NLL, NLL_GRADIENT
from grader.hidden.cross_entropy.one_hot import ONE_HOT

SIZES = [(1, 2), (1, 10), (7, 3), (32, 10), (5, 1000), (100, 2)]
"""(N, C): batches of one, two classes, a thousand classes."""

ONE = torch.tensor(1.0)

LABELS = "One 1 in each row, for any number of classes"
VALUE = "Value equals F.cross_entropy"
BITS = "Per-sample loss in bits"

DTYPES = ("always_float32", "float64_returned", "item_returned", "one_hot_of_integers",
          "one_hot_of_bools")  # fmt: skip
CUT_OFF = ("detached", "item_returned", "gradient_without_one_over_n")
UNSTABLE = ("log_of_softmax", "capped_probability", "no_max_shift", "maximum_not_added_back")
SQUEEZED = ("batch_of_one_squeezed",)
"""The mistakes that the check of each property is about."""

UNCHANGED_HINT = "`z -= …` and methods that end in an underscore change the caller's tensor."


@check(
    task=1,
    points=1,
    title=LABELS,
    hint="The shape is (number of labels, num_classes), whatever labels occur.",
)
def test_one_hot_values(student: Student, draw: Draw) -> None:
    """Equals F.one_hot, also where the highest class does not occur."""
    sizes = [(2, 2), (6, 5), (20, 3), (4, 100)]
    cases = [(draw.integers(0, classes - 1, rows), classes) for rows, classes in sizes]
    for y, classes in student.ahead(ONE_HOT.ask, cases):
        asked = f"one_hot of {counted(len(y), 'label')}, {classes} classes"
        assert_computes(student, ONE_HOT, (y, classes), draw, asked=asked, values_only=True)


@check(
    task=1,
    points=0.25,
    title="The table is float32",
    hint="Zeros are float32 unless you ask for something else; what comes out of a comparison?",
)
def test_one_hot_dtype(student: Student, draw: Draw) -> None:
    """The table is float32, whatever stands in it."""
    y = draw.integers(0, 4, 6)
    asked = "one_hot of 6 labels, 4 classes"
    with explained(student, ONE_HOT, (y, 4), draw):
        _assert_dtype(student.call("one_hot", y, 4), torch.float32, asked)


@check(
    task=1,
    points=0.25,
    title="A single label gives a single row",
    hint="`squeeze()` removes every axis of length one.",
)
def test_one_hot_single(student: Student, draw: Draw) -> None:
    """One label gives a table of one row, whatever stands in it."""
    asked = "one_hot of 1 label, 5 classes"
    y = draw.integers(0, 5, 1)
    with explained(student, ONE_HOT, (y, 5), draw, about=SQUEEZED):
        table = student.call("one_hot", y, 5)
        one_row = isinstance(table, Tensor) and table.ndim == 2 and len(table) == 1
        require(one_row, asked=asked, got=f"{describe(table)} instead of one of shape (1, 5)")


@check(
    task=1,
    points=0.25,
    title="The labels stay as they were",
    hint="Methods that end in an underscore change a tensor in place: which tensor is it here?",
)
def test_one_hot_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's labels are not written to."""
    _assert_unchanged(student, "one_hot", draw.integers(1, 4, 6), 4)


@check(
    task=2,
    points=2.5,
    title=VALUE,
    hint="The loss of a row is −log of its label's probability; the loss is their mean.",
)
def test_value(student: Student, draw: Draw) -> None:
    """The value is right for batches of 1 to 100 rows and 2 to 1000 classes."""
    for z, y in student.ahead(CROSS_ENTROPY.ask, [_batch(draw, *size) for size in SIZES]):
        asked = f"cross_entropy of {_size(z)}"
        assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked=asked, values_only=True)


@check(
    task=2,
    points=1,
    title="Gradients flow, and are those of the value",
    hint="Every step has to stay a torch operation on the logits, and the mean belongs to it.",
)
def test_gradient(student: Student, draw: Draw) -> None:
    """The gradient by the logits is (softmax(z) − onehot(y)) / N, or that of what is computed."""
    batches = [(*_batch(draw, *size), ONE) for size in SIZES]
    for z, y, _ in student.ahead(CROSS_ENTROPY_GRADIENT.ask, batches):
        asked = f"cross_entropy of {_size(z)}"
        _assert_gradient(student, draw, CROSS_ENTROPY_GRADIENT, (z, y), asked, CUT_OFF)


@check(
    task=2,
    points=0.25,
    title="The loss is a tensor of the logits' dtype",
    hint="Where does your code make a new tensor? Its dtype should follow the logits.",
)
def test_dtype(student: Student, draw: Draw) -> None:
    """float32 and float64 logits give a tensor of their dtype, whatever the value is."""
    for dtype in (torch.float32, torch.float64):
        z, y = _batch(draw, 6, 4, dtype)
        name = str(dtype).removeprefix("torch.")
        with explained(student, CROSS_ENTROPY, (z, y), draw, about=DTYPES):
            loss = student.call("cross_entropy", z, y)
            _assert_dtype(loss, dtype, f"cross_entropy of {name} logits")


@check(
    task=2,
    points=0.25,
    title="float64 is worked in float64",
    hint="Is there a `.float()` on the way? What was rounded once stays rounded.",
)
def test_float64(student: Student, draw: Draw) -> None:
    """float64 logits give a loss with float64's precision."""
    z, y = _batch(draw, 6, 4, torch.float64)
    given = Given((z.float(), y), VALUE)
    asked = "cross_entropy of float64 logits"
    assert_computes(
        student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given, values_only=True
    )


@check(
    task=2,
    points=1,
    title="Extreme logits give a finite loss and gradient",
    hint="log(softmax(z)) meets log(0). How can log and exp be taken together? "
    "Look up log-sum-exp.",
)
def test_extreme_logits(student: Student, draw: Draw) -> None:
    """Logits of ±1e4 give the right, finite loss and gradient."""
    plain, y = _batch(draw, 8, 5)
    given = Given((plain, y), VALUE, own="finite")
    z = (plain * 3000).round().clamp(-10_000, 10_000)
    asked = "cross_entropy of logits up to ±10,000"
    assert_computes(
        student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given, values_only=True
    )
    with explained(student, CROSS_ENTROPY_GRADIENT, (z, y, ONE), draw, about=UNSTABLE):
        _, gradient = student.gradient("cross_entropy", z, y)
        right = CROSS_ENTROPY_GRADIENT.right(z, y, ONE)[1]
        assert_close(gradient, right, asked=f"the gradient of {asked}")


@check(
    task=2,
    points=0.25,
    title="Logits and labels stay as they were",
    hint=UNCHANGED_HINT,
)
def test_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's logits and labels are not written to."""
    _assert_unchanged(student, "cross_entropy", *_batch(draw, 5, 4))


@check(
    task=2,
    points=0.25,
    title="Written by hand",
    hint="Your own one_hot, or indexing, and a log do it.",
)
def test_by_hand(student: Student, draw: Draw) -> None:
    """torch's own losses are not called on the way to the value, right or of a known mistake."""
    z, y = _batch(draw, 4, 3)
    given, asked = Given((z, y), VALUE), "cross_entropy by hand"
    assert_computes(
        student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given, values_only=True
    )  # a call that is forbidden ends the check


@check(
    task=3,
    points=1,
    title="nll_loss equals cross_entropy of the logits",
    hint="The logarithm has already been taken: what is left to do?",
)
def test_nll_value(student: Student, draw: Draw) -> None:
    """nll_loss(log_softmax(z), y) = F.cross_entropy(z, y)."""
    for log_p, y in student.ahead(NLL.ask, [_log_batch(draw, *size) for size in SIZES]):
        asked = f"nll_loss of {_size(log_p)}"
        assert_computes(student, NLL, (log_p, y), draw, asked=asked, values_only=True)


@check(
    task=3,
    points=0.5,
    title="Gradients flow through nll_loss",
    hint="Every step has to stay a torch operation on the log-probabilities.",
)
def test_nll_gradient(student: Student, draw: Draw) -> None:
    """The gradient by the log-probabilities is −onehot(y) / N, or that of what is computed."""
    batches = [(*_log_batch(draw, *size), ONE) for size in [(1, 4), (6, 3)]]
    for log_p, y, _ in student.ahead(NLL_GRADIENT.ask, batches):
        asked = f"nll_loss of {_size(log_p)}"
        _assert_gradient(student, draw, NLL_GRADIENT, (log_p, y), asked, CUT_OFF)


@check(
    task=3,
    points=0.25,
    title="The dtype of the log-probabilities is kept",
    hint="Where does your code make a new tensor? Its dtype should follow the input.",
)
def test_nll_dtype(student: Student, draw: Draw) -> None:
    """float32 and float64 log-probabilities give a tensor of their dtype."""
    for dtype in (torch.float32, torch.float64):
        inputs, name = _log_batch(draw, 6, 4, dtype), str(dtype).removeprefix("torch.")
        with explained(student, NLL, inputs, draw, about=DTYPES):
            loss = student.call("nll_loss", *inputs)
            _assert_dtype(loss, dtype, f"nll_loss of {name} log-probabilities")


@check(
    task=3,
    points=0.25,
    title="Log-probabilities and labels stay as they were",
    hint=UNCHANGED_HINT,
)
def test_nll_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's log-probabilities and labels are not written to."""
    _assert_unchanged(student, "nll_loss", *_log_batch(draw, 5, 4))


@check(
    task=4,
    points=1.25,
    title=BITS,
    hint="A bit is a base-2 logarithm; and there is one loss for each sample, not their mean.",
)
def test_bits(student: Student, draw: Draw) -> None:
    """Equals F.binary_cross_entropy without reduction, divided by ln 2."""
    cases = [(draw.uniform(0.01, 0.99, n), draw.integers(0, 2, n).float()) for n in (1, 2, 25)]
    for o, y in student.ahead(BINARY.ask, cases):
        asked = f"binary_cross_entropy of {counted(len(y), 'sample')}"
        assert_computes(student, BINARY, (o, y), draw, asked=asked)


@check(
    task=4,
    points=0.5,
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
    task=4,
    points=0.25,
    title="Outputs and labels stay as they were",
    hint=UNCHANGED_HINT,
)
def test_binary_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's outputs and labels are not written to."""
    o, y = draw.uniform(0.1, 0.9, 6), draw.integers(0, 2, 6).float()
    _assert_unchanged(student, "binary_cross_entropy", o, y)


@check(
    task=5,
    points=1.25,
    title="The gradient formula equals autograd",
    hint="∂e/∂w = x(o − y) and ∂e/∂b = (o − y), with o = σ(x·w + b), for each sample.",
)
def test_binary_gradient_values(student: Student, draw: Draw) -> None:
    """dw (N, D) and db (N,) are what autograd gives for each sample's natural-log loss."""
    _assert_binary_gradient(student, draw, [(6, 3), (4, 8), (2, 5)])


@check(
    task=5,
    points=0.75,
    title="One feature, one sample",
    hint="Shapes hold when N or D is 1: dw is (N, D), db is (N,).",
)
def test_binary_gradient_small(student: Student, draw: Draw) -> None:
    """The shapes hold where N = D = 1 and where N = D."""
    sizes = [(1, 1), (5, 1), (1, 2), (3, 3)]
    _assert_binary_gradient(student, draw, sizes, about=("gradient_squeezed",))


@check(
    task=5,
    points=0.25,
    title="x, w, b and y stay as they were",
    hint=UNCHANGED_HINT,
)
def test_binary_gradient_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's tensors are not written to."""
    x, w, b, y = draw.normal(4, 3), draw.normal(3), draw.normal(), draw.integers(0, 2, 4).float()
    _assert_unchanged(student, "binary_cross_entropy_grad", x, w, b, y)


@check(
    task=6,
    points=1.25,
    title="One number of bits for each sample",
    hint="Row n has its label y[n]: only that output counts, and no mean is taken.",
)
def test_log_likelihood_values(student: Student, draw: Draw) -> None:
    """Equals −log₂ o[n, y_n] for batches of one and more rows, two and more outputs."""
    sizes = [(1, 2), (1, 5), (7, 3), (4, 4), (30, 10)]
    batches = [(z.softmax(1), y) for z, y in (_batch(draw, *size) for size in sizes)]
    for o, y in student.ahead(LOG_LIKELIHOOD.ask, batches):
        asked = f"log_likelihood of {counted(len(o), 'row')}, {o.shape[1]} outputs"
        assert_computes(student, LOG_LIKELIHOOD, (o, y), draw, asked=asked)


@check(
    task=6,
    points=0.25,
    title="Outputs and labels stay as they were, once more",
    hint=UNCHANGED_HINT,
)
def test_log_likelihood_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's outputs and labels are not written to."""
    z, y = _batch(draw, 5, 4)
    _assert_unchanged(student, "log_likelihood", z.softmax(1), y)


@check(
    task=7,
    points=1.25,
    title="Bits summed over the output nodes",
    hint="Every node is a yes or no of its own; one sample's loss is the sum over its nodes.",
)
def test_binary_multi_values(student: Student, draw: Draw) -> None:
    """Equals the sum over the nodes of F.binary_cross_entropy / ln 2, one number per sample."""
    cases = [
        (draw.uniform(0.02, 0.98, *size), draw.integers(0, 2, *size).float())
        for size in [(1, 3), (4, 1), (3, 3), (2, 7), (20, 4)]
    ]
    for o, y in student.ahead(BINARY_MULTI.ask, cases):
        size = f"{counted(len(o), 'row')}, {counted(o.shape[1], 'node')}"
        asked = f"binary_cross_entropy_multi of {size}"
        assert_computes(student, BINARY_MULTI, (o, y), draw, asked=asked)


@check(
    task=7,
    points=0.25,
    title="Nodes and labels stay as they were",
    hint=UNCHANGED_HINT,
)
def test_binary_multi_input_unchanged(student: Student, draw: Draw) -> None:
    """The caller's outputs and labels are not written to."""
    o, y = draw.uniform(0.1, 0.9, 5, 3), draw.integers(0, 2, 5, 3).float()
    _assert_unchanged(student, "binary_cross_entropy_multi", o, y)


def _batch(
    draw: Draw, rows: int, classes: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    return draw.normal(rows, classes, scale=2, dtype=dtype), draw.integers(0, classes, rows)


def _log_batch(
    draw: Draw, rows: int, classes: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    z, y = _batch(draw, rows, classes, dtype)
    return z.log_softmax(1), y


def _size(z: Tensor) -> str:
    return f"{counted(len(z), 'row')}, {z.shape[1]} classes"


def _assert_unchanged(student: Student, name: str, *args: object) -> None:
    """Require that the tensors among `args` are after the call what they were before it."""
    given = [arg for arg in args if isinstance(arg, Tensor)]
    _, after = student.call_and_inputs(name, *args)
    same = len(after) == len(given) and all(map(torch.equal, after, given))
    asked = f"{name}(…), then look at its arguments"
    require(same, asked=asked, got="they have changed", diagnosis=CHANGED_IN_PLACE)


def _assert_dtype(got: object, dtype: torch.dtype, asked: str) -> None:
    name = str(dtype).removeprefix("torch.")
    kept = isinstance(got, Tensor) and got.dtype == dtype
    require(kept, asked=asked, got=f"{describe(got)} instead of a {name} tensor")


def _assert_gradient(
    student: Student,
    draw: Draw,
    formula: Formula,
    inputs: tuple[Tensor, Tensor],
    asked: str,
    about: tuple[str, ...],
) -> None:
    """Require a gradient, and the right one but for a value that is proven wrong alike."""
    asked = f"the gradient of {asked}"
    with explained(student, formula, (*inputs, ONE), draw):
        _, gradient = formula.ask(student, *inputs, ONE)
        got = "a value that autograd cannot follow back"
        require(isinstance(gradient, Tensor), asked=asked, got=got)
        assert isinstance(gradient, Tensor)
        require(bool(gradient.any()), asked=asked, got="zero everywhere")
    with explained(student, formula, (*inputs, ONE), draw, about=about):
        assert_close(gradient, formula.right(*inputs, ONE)[1], asked=asked)


def _assert_binary_gradient(
    student: Student,
    draw: Draw,
    sizes: list[tuple[int, int]],
    about: tuple[str, ...] | None = None,
) -> None:
    """Require the right dw and db for each number of samples and of features."""
    cases = [
        (draw.normal(n, d), draw.normal(d), draw.normal(), draw.integers(0, 2, n).float())
        for n, d in sizes
    ]
    for x, w, b, y in student.ahead(BINARY_GRADIENT.ask, cases):
        error = torch.sigmoid(x @ w + b) - y
        size = f"{counted(len(x), 'sample')}, {counted(len(w), 'feature')}"
        asked = f"binary_cross_entropy_grad of {size}"
        with explained(student, BINARY_GRADIENT, (x, w, b, y), draw, about=about):
            answer = student.call("binary_cross_entropy_grad", x, w, b, y)
            assert_close(answer, (x * error.unsqueeze(1), error), asked=asked, names=("dw", "db"))

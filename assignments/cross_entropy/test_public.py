"""Public checks of cross_entropy: what `grader check cross_entropy` runs."""

import torch

from grader.checking import Draw, Student, assert_close, check, describe, require
from grader.checking.diagnosis import Given, assert_computes, explained
from grader.checking.diagnosis.binary import BINARY, BINARY_GRADIENT
from grader.checking.diagnosis.cross_entropy import CROSS_ENTROPY
from grader.checking.diagnosis.nll import NLL
from grader.checking.diagnosis.one_hot import ONE_HOT

Y = torch.tensor([2, 0, 1])
LOGITS_A = torch.tensor([[0.1, 0.2, 0.9], [1.1, 0.1, 0.2], [0.2, 2.1, 0.1]])
HYPOTHESIS = torch.tensor(
    [
        [0.2645, 0.1639, 0.1855, 0.2585, 0.1277],
        [0.2430, 0.1624, 0.2322, 0.1930, 0.1694],
        [0.2226, 0.1986, 0.2326, 0.1594, 0.1868],
    ]
)

BATCH = "The batch of the lecture"


@check(
    task=1,
    points=1,
    title="Four labels, five classes",
    hint="One row per label, num_classes columns, float32.",
)
def test_one_hot_rows(student: Student, draw: Draw) -> None:
    """one_hot([2, 0, 1, 1], 5) has a single one per row, in five columns."""
    y = torch.tensor([2, 0, 1, 1])
    assert_computes(student, ONE_HOT, (y, 5), draw, asked="one_hot([2, 0, 1, 1], 5)")


@check(
    task=2,
    points=2,
    title=BATCH,
    hint="One number per sample, then the mean over the three samples.",
)
def test_cross_entropy_batch(student: Student, draw: Draw) -> None:
    """The lecture's logits A with labels [2, 0, 1] cost 0.4966."""
    asked = "cross_entropy(A, [2, 0, 1]), A the lecture's 3×3 logits"
    assert_computes(student, CROSS_ENTROPY, (LOGITS_A, Y), draw, asked=asked)


@check(
    task=2,
    points=1,
    title="A very wrong prediction",
    hint="The logarithm of a fraction is a difference; take no logarithm of a rounded zero.",
)
def test_cross_entropy_large_logits(student: Student, draw: Draw) -> None:
    """Logits (1000, 0) with label 1 cost 1000, not infinity."""
    z, y = torch.tensor([[1000.0, 0.0]]), torch.tensor([1])
    asked = "cross_entropy([[1000, 0]], [1])"
    given = Given((LOGITS_A, Y), BATCH, own="finite")
    assert_computes(student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given)


@check(
    task=3,
    points=1,
    title="The printed example",
    hint="The input is a logarithm already: pick, average, change the sign.",
)
def test_nll_loss_printed_example(student: Student, draw: Draw) -> None:
    """The lecture's 3×5 hypothesis with labels (0, 2, 1) costs 1.4689."""
    log_p, y = HYPOTHESIS.log(), torch.tensor([0, 2, 1])
    asked = "nll_loss(log of the lecture's hypothesis, [0, 2, 1])"
    with explained(student, NLL, (log_p, y), draw):
        loss = student.call("nll_loss", log_p, y)
        assert_close(loss, torch.tensor(1.4689), asked=asked, atol=1e-4, rtol=0.0)


@check(
    task=4,
    points=1,
    title="Right and wrong, in bits",
    hint="Which base has the logarithm that counts bits?",
)
def test_binary_cross_entropy_bits(student: Student, draw: Draw) -> None:
    """With y = 1, o = 0.98 costs 0.0291 bits and o = 0.0001 costs 13.2877."""
    o, y = torch.tensor([0.98, 0.0001]), torch.tensor([1.0, 1.0])
    expected = torch.tensor([0.0291, 13.2877])
    asked = "binary_cross_entropy([0.98, 0.0001], [1, 1])"
    with explained(student, BINARY, (o, y), draw):
        losses = student.call("binary_cross_entropy", o, y)
        assert_close(losses, expected, asked=asked, atol=1e-4)


@check(
    task=5,
    points=1.5,
    title="Two samples' gradients",
    hint="Each row of x times its own (o − y).",
)
def test_binary_gradient(student: Student, draw: Draw) -> None:
    """dw is x (o − y), of shape (2, 3), and db is o − y, of shape (2,)."""
    x = torch.tensor([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0]])
    w, b, y = torch.tensor([0.2, 0.1, -0.3]), torch.tensor(0.4), torch.tensor([1.0, 0.0])
    asked = "binary_cross_entropy_grad(x, w, b, y) for x of shape (2, 3)"
    error = torch.sigmoid(x @ w + b) - y
    with explained(student, BINARY_GRADIENT, (x, w, b, y), draw):
        pair = student.call("binary_cross_entropy_grad", x, w, b, y)
        require(
            isinstance(pair, list | tuple) and len(pair) == 2,
            asked=f"{asked}: a pair (dw, db)",
            got=describe(pair),
        )
        assert_close(pair[0], x * error.unsqueeze(1), asked=f"dw of {asked}")
        assert_close(pair[1], error, asked=f"db of {asked}")

"""Public checks of cross_entropy: what `grader check cross_entropy` runs."""

import torch
from torch import Tensor

from grader.checking import Draw, Student, assert_close, check, describe, require
from grader.checking.diagnosis import Given, assert_computes, explained
from grader.hidden.cross_entropy.binary import BINARY, BINARY_GRADIENT
from grader.hidden.cross_entropy.binary_multi import BINARY_MULTI
from grader.hidden.cross_entropy.cross_entropy import CROSS_ENTROPY
from grader.hidden.cross_entropy.likelihood import LOG_LIKELIHOOD
from grader.hidden.cross_entropy.nll import NLL
from grader.hidden.cross_entropy.one_hot import ONE_HOT

Y = torch.tensor([2, 0, 1])
# The lecture's two batches. In A the largest logit of each row stands at its label, in B of none.
LOGITS_A = torch.tensor([[0.1, 0.2, 0.9], [1.1, 0.1, 0.2], [0.2, 2.1, 0.1]])
LOGITS_B = torch.tensor([[0.8, 0.2, 0.3], [0.2, 0.3, 0.5], [0.2, 0.2, 0.5]])
FOUR = torch.cat([LOGITS_A, torch.tensor([[1.5, -1.0, 0.3]])]), torch.tensor([2, 0, 1, 1])
"""A and one row more: as many rows as classes would hide a mean or a softmax over the wrong axis.
"""
HYPOTHESIS = torch.tensor(
    [
        [0.2645, 0.1639, 0.1855, 0.2585, 0.1277],
        [0.2430, 0.1624, 0.2322, 0.1930, 0.1694],
        [0.2226, 0.1986, 0.2326, 0.1594, 0.1868],
    ]
)

BATCH = "Four samples of three classes"


@check(
    task=1,
    points=0.75,
    title="Four labels, five classes",
    hint="One row per label, num_classes columns, float32.",
)
def test_one_hot_rows(student: Student, draw: Draw) -> None:
    """one_hot([2, 0, 1, 1], 5) has a single one per row, in five columns."""
    y = torch.tensor([2, 0, 1, 1])
    asked = "one_hot([2, 0, 1, 1], 5)"
    assert_computes(student, ONE_HOT, (y, 5), draw, asked=asked, values_only=True)


@check(
    task=2,
    points=1.25,
    title=BATCH,
    hint="One number per sample, then the mean over the four samples.",
)
def test_cross_entropy_batch(student: Student, draw: Draw) -> None:
    """The lecture's logits A and one row more, labels [2, 0, 1, 1], cost 1.0786."""
    asked = "cross_entropy of the lecture's logits A and a fourth row, labels [2, 0, 1, 1]"
    assert_computes(student, CROSS_ENTROPY, FOUR, draw, asked=asked, values_only=True)


@check(
    task=2,
    points=0.5,
    title="Batch A costs less than batch B",
    hint="In A the largest logit of each row stands at its label, in B of no row. So Q₁ = "
    "softmax(A) is nearer to the labels' distribution P than Q₂ = softmax(B): "
    "H(P, Q₁) < H(P, Q₂), and the loss is this H. Which sign makes a likely label cheap?",
)
def test_cross_entropy_batches(student: Student, draw: Draw) -> None:
    """With labels [2, 0, 1] the lecture's A, which has them right, costs less than its B."""
    asked = "cross_entropy(A, [2, 0, 1]) < cross_entropy(B, [2, 0, 1]), the lecture's batches"
    with explained(student, CROSS_ENTROPY, (LOGITS_B, Y), draw):
        cost_a, cost_b = (
            _cost(student.call("cross_entropy", z, Y), asked) for z in (LOGITS_A, LOGITS_B)
        )
        got = f"{cost_a:.4f} for A, where each label is likely, and {cost_b:.4f} for B"
        require(cost_a < cost_b, asked=asked, got=got)


@check(
    task=2,
    points=0.75,
    title="A very wrong prediction",
    hint="The logarithm of a fraction is a difference; take no logarithm of a rounded zero.",
)
def test_cross_entropy_large_logits(student: Student, draw: Draw) -> None:
    """Logits (1000, 0) with label 1 cost 1000, not infinity."""
    z, y = torch.tensor([[1000.0, 0.0]]), torch.tensor([1])
    asked = "cross_entropy([[1000, 0]], [1])"
    given = Given(FOUR, BATCH, own="finite")
    assert_computes(
        student, CROSS_ENTROPY, (z, y), draw, asked=asked, given=given, values_only=True
    )


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
        right = torch.tensor(1.4689)
        assert_close(loss, right, asked=asked, atol=1e-4, rtol=0.0, values_only=True)


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
    points=1.25,
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


@check(
    task=6,
    points=1,
    title="The lecture's two outputs",
    hint="Which output of a row is its label's, and which base has the logarithm that counts bits?",
)
def test_log_likelihood(student: Student, draw: Draw) -> None:
    """With label 2, o₂ = 0.0508 costs 4.2990 bits; with label 3, o₃ = 0.8360 costs 0.2584."""
    o = torch.tensor([[0.3, 0.4, 0.0508, 0.2492], [0.05, 0.06, 0.054, 0.836]])
    y, expected = torch.tensor([2, 3]), torch.tensor([4.2990, 0.2584])
    asked = "log_likelihood with o₂ = 0.0508 at label 2 and o₃ = 0.8360 at label 3"
    with explained(student, LOG_LIKELIHOOD, (o, y), draw):
        assert_close(student.call("log_likelihood", o, y), expected, asked=asked, atol=1e-4)


@check(
    task=7,
    points=1,
    title="Two samples of three nodes",
    hint="Write the loss of one node, then sum along the axis of the nodes.",
)
def test_binary_multi(student: Student, draw: Draw) -> None:
    """Nodes of 0.5, 0.25, 0.75 cost whole bits and their sums: 1 + 2 + 2 and 1 + 0.415 + 0.415."""
    o = torch.tensor([[0.5, 0.25, 0.75], [0.5, 0.25, 0.75]])
    y = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    asked = "binary_cross_entropy_multi of two samples, three nodes"
    assert_computes(student, BINARY_MULTI, (o, y), draw, asked=asked)


def _cost(loss: object, asked: str) -> float:
    """The loss as a number; what should have been averaged is, that is another check's."""
    if isinstance(loss, Tensor) and loss.numel():
        loss = loss.double().mean().item()
    require(isinstance(loss, float), asked=asked, got=f"{describe(loss)} instead of a loss")
    assert isinstance(loss, float)
    return loss

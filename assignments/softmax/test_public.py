"""Public checks of softmax: what `grader check softmax` runs."""

import torch

from grader.checking import Draw, Student, assert_close, check
from grader.checking.diagnosis import Given, assert_computes, explained
from grader.checking.modules import with_weights
from grader.hidden.softmax.softmax import SOFTMAX
from grader.hidden.softmax.softmax_module import SOFTMAX_MODULE

EITHER_AXIS = "A batch along either axis"


@check(
    task=1,
    points=1.5,
    title="Three logits",
    hint="Divide each exponential by the sum of all of them.",
)
def test_three_logits(student: Student, draw: Draw) -> None:
    """softmax([1, 2, 3]) is [0.0900, 0.2447, 0.6652]."""
    z, expected = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.0900, 0.2447, 0.6652])
    with explained(student, SOFTMAX, (z, None), draw):
        p = student.call("softmax", z)
        asked = "softmax([1, 2, 3])"
        assert_close(p, expected, asked=asked, atol=1e-4, rtol=0.0, values_only=True)


@check(
    task=1,
    points=1.5,
    title=EITHER_AXIS,
    hint="Which axis do the probabilities sum to one over?",
)
def test_batch_along_either_axis(student: Student, draw: Draw) -> None:
    """In a 2×3 batch the rows are normalised by default, the columns with dim=0."""
    batch = torch.tensor([[1.0, 2.0, 3.0], [2.0, 1.0, 0.1]])
    for z, dim in student.ahead(SOFTMAX.ask, [(batch, -1), (batch, 0)]):
        asked = f"softmax of a 2×3 batch with dim={dim}"
        assert_computes(student, SOFTMAX, (z, dim), draw, asked=asked, values_only=True)


@check(
    task=1,
    points=1,
    title="Large logits",
    hint="Adding one number to a whole row changes nothing. Which makes that row harmless?",
)
def test_large_logits(student: Student, draw: Draw) -> None:
    """Rows around +1000 and −1000 are finite and equal softmax([0, 1, 2])."""
    z = torch.tensor([[1000.0, 1001.0, 1002.0], [-1002.0, -1001.0, -1000.0]])
    asked = "softmax of rows around +1000 and −1000"
    given = Given((z % 10, -1), EITHER_AXIS, own="finite")
    assert_computes(student, SOFTMAX, (z, -1), draw, asked=asked, given=given, values_only=True)


@check(
    task=2,
    points=2.5,
    title="The module's probabilities",
    hint="Linear layer first, then softmax over the classes of each sample.",
)
def test_module_probabilities(student: Student, draw: Draw) -> None:
    """Softmax() maps (2, 4) to probabilities (2, 3), softmax of its linear layer."""
    weight = torch.tensor([[1.0, 0.0, 0.0, 0.5], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]])
    bias = torch.tensor([0.1, 0.0, -0.1])
    model, bias = with_weights(student, "Softmax", weight, bias)
    x = torch.tensor([[1.0, 2.0, 1.0, 1.0], [0.0, -1.0, 3.0, 0.5]])
    expected = torch.softmax(x @ weight.T + bias, dim=1)
    with explained(student, SOFTMAX_MODULE, (weight, bias, x), draw):
        assert_close(model.forward(x), expected, asked="Softmax()(x) for x of shape (2, 4)")

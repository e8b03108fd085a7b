"""What is asked of a module of the student's that holds one linear layer, each property by itself.

x is (N, 4), the layer's weight (3, 4), its bias (3,).
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checking.comparison import describe, require, require_an_answer
from grader.checking.diagnosis.layers import listed, other_layers
from grader.checking.facts import (
    CHANGED_IN_PLACE,
    CUT_OFF_FROM_WEIGHTS,
    OTHER_EACH_TIME,
    OTHER_IN_EVALUATION,
    ROW_SQUEEZED,
)
from grader.checking.student import Model, Student


def with_weights(student: Student, name: str, weight: Tensor, bias: Tensor) -> tuple[Model, Tensor]:
    """A fresh module with these weights, whatever its layer is called, and the bias that it took.

    Where the layer has no bias the one taken is zero: whether there is one is another check's.

    Raises:
        Failure: it has other parameters than a weight (3, 4) and perhaps a bias (3,).
    """
    model = student.new(name, weights=(weight, bias))
    shapes = model.shapes()
    require(
        sorted(shapes.values()) in ([(3,), (3, 4)], [(3, 4)]),
        asked=f"the parameters of {name}(): a weight (3, 4) and a bias (3,)",
        got=listed(shapes),
        diagnosis=other_layers(shapes, 4, 3),
    )
    if not model.took:
        model.load({own: weight if len(shape) == 2 else bias for own, shape in shapes.items()})
    return model, bias if len(shapes) == 2 else torch.zeros_like(bias)


def asked_of(name: str, question: Callable[[Model, Tensor], Any]) -> Callable[..., Any]:
    """Puts `question`, such as `Model.forward`, to a module with given weights: a `Formula.ask`."""

    def ask(student: Student, weight: Tensor, bias: Tensor, x: Tensor) -> Any:
        model, _ = with_weights(student, name, weight, bias)
        return question(model, x)

    return ask


def assert_keeps_a_single_row(model: Model, x: Tensor, asked: str) -> None:
    """Require that the answer to one row has the axes of the answer to several.

    Raises:
        Failure: it has not, or the answer to several rows has not one row for each.
    """
    many, one = _rows(model.forward(x), len(x), asked), model.forward(x[:1])
    kept = isinstance(one, Tensor) and one.shape == (1, *many.shape[1:])
    squeezed = isinstance(one, Tensor) and one.shape == many.shape[1:]
    require(
        kept,
        asked=f"{asked} of one row, shape (1, 4)",
        got=f"{describe(one)} instead of one of shape {(1, *many.shape[1:])}",
        diagnosis=ROW_SQUEEZED if squeezed else None,
    )


def assert_alike_in_both_modes(model: Model, x: Tensor, asked: str) -> None:
    """Require the same answer a second time, and in evaluation mode.

    Raises:
        Failure: an answer differs, or is no table with a row for each of x.
    """
    first = _rows(model.forward(x), len(x), asked)
    again, evaluated = model.forward(x), model.scores(x)
    asked_again = f"{asked} of one batch, twice in training mode"
    require(
        _equal(again, first),
        asked=asked_again,
        got="another answer the second time",
        diagnosis=OTHER_EACH_TIME,
    )
    asked_then = f"{asked} of one batch, in training and in evaluation mode"
    require(
        _equal(evaluated, first),
        asked=asked_then,
        got="another answer after .eval()",
        diagnosis=OTHER_IN_EVALUATION,
    )


def assert_gradients_reach_the_layer(model: Model, x: Tensor, cotangent: Tensor) -> None:
    """Require a gradient for each parameter that is finite and not zero everywhere.

    Raises:
        Failure: a parameter gets none.
    """
    asked = "the gradients of the layer's parameters through forward"
    gradients = model.weight_gradients(x, cotangent)
    for name, tensor in model.state().items():
        gradient = gradients.get(name)
        reached = gradient is not None and gradient.shape == tensor.shape
        require(
            reached,
            asked=asked,
            got=f"no gradient for {name}",
            diagnosis=None if gradients else CUT_OFF_FROM_WEIGHTS,
        )
        assert gradient is not None
        works = bool(torch.isfinite(gradient).all()) and bool(gradient.any())
        require(works, asked=asked, got=f"a gradient for {name} that is zero, NaN or infinite")


def assert_keeps_its_input(model: Model, x: Tensor, asked: str) -> None:
    """Require that forward does not write into x.

    Raises:
        Failure: it does.
    """
    _, after = model.forward_and_input(x.clone())
    same = isinstance(after, Tensor) and torch.equal(after, x)
    asked = f"{asked} of a batch x, then look at x"
    require(same, asked=asked, got="x has changed", diagnosis=CHANGED_IN_PLACE)


def _rows(answer: object, rows: int, asked: str) -> Tensor:
    fits = isinstance(answer, Tensor) and answer.ndim > 0 and len(answer) == rows
    got = f"{describe(answer)} instead of a tensor with a row for each sample"
    require(fits, asked=f"{asked} of {rows} rows", got=got)
    assert isinstance(answer, Tensor)
    require_an_answer(answer, asked=f"{asked} of {rows} rows")
    return answer


def _equal(answer: object, first: Tensor) -> bool:
    return (
        isinstance(answer, Tensor)
        and (answer.shape, answer.dtype) == (first.shape, first.dtype)
        and torch.allclose(answer, first, rtol=1e-4, atol=1e-5, equal_nan=True)
    )

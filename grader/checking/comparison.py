"""Comparing what came back with what was expected.

The order is always: type, shape, dtype, finite, values; the values in the positive form
`(error <= tolerance).all()`, so that a NaN can never pass.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.amounts import counted
from grader.checking.facts import WORKED_IN_FLOAT32
from grader.checking.failure import Failure
from grader.result import Verdict
from grader.sandbox.protocol import Opaque

# Room for another order of summation over a thousand terms, none for another formula:
# a float64 answer computed in float32 is off by 1e-7 and fails.
TOLERANCE = {torch.float32: (1e-4, 1e-5), torch.float64: (1e-9, 1e-10)}
"""(rtol, atol) per dtype of the expected value."""

_FUNCTIONS = ("function", "method", "builtin_function_or_method")
"""The names of the types of what can be called."""

_ONE_NUMBER = 1e-6
"""Values whose standard deviation is no larger are the same number."""


def assert_close(
    got: object,
    expected: Tensor | tuple[Tensor, ...],
    *,
    asked: str,
    names: Sequence[str] = (),
    rtol: float | None = None,
    atol: float | None = None,
    diagnosis: str | None = None,
    values_only: bool = False,
) -> None:
    """Require that `got` is a tensor equal to `expected` within the tolerance of its dtype.

    Where `expected` is a tuple, `got` is a tuple or list of as many tensors, each equal to its
    own; `names` are what a student calls them. Integer and boolean tensors must be equal exactly.
    `diagnosis` is what to tell the student when the values differ. With `values_only` the dtype is
    another check's matter, and so is whether a scalar is a tensor or a plain number.

    Raises:
        Failure: with the first of type, shape, dtype, finite, values that is wrong.
    """
    if isinstance(expected, tuple):
        names = names or [f"value {number}" for number in range(1, len(expected) + 1)]
        for name, part, right in zip(names, _parts(got, names, asked), expected, strict=True):
            assert_close(
                part, right, asked=f"{name} of {asked}", rtol=rtol, atol=atol,
                diagnosis=diagnosis, values_only=values_only,
            )  # fmt: skip
        return
    if values_only and isinstance(got, float) and not expected.ndim:
        got = torch.tensor(got, dtype=torch.float64)
    tensor = of_shape(got, expected.shape, asked=asked)
    if tensor.dtype != expected.dtype and not values_only:
        _fail(asked, f"dtype {_name(tensor)} instead of {_name(expected)}", about="dtype")
    if tensor.is_floating_point() and not torch.isfinite(tensor).all():
        bad = int((~torch.isfinite(tensor)).sum())
        _fail(asked, f"{bad} of {tensor.numel()} values are NaN or infinite", about="finite")
    default_rtol, default_atol = TOLERANCE.get(expected.dtype, (0.0, 0.0))
    rtol = default_rtol if rtol is None else rtol
    atol = default_atol if atol is None else atol
    error = (tensor.double() - expected.double()).abs()
    allowed = atol + rtol * expected.double().abs()
    if not (error <= allowed).all():
        got, values = _differences(tensor, expected, error, error <= allowed)
        if diagnosis is None and _worked_in_float32(tensor, expected):
            diagnosis = WORKED_IN_FLOAT32
        _fail(asked, got, values, diagnosis, about="values")


def _worked_in_float32(got: Tensor, expected: Tensor) -> bool:
    """Whether `got` is right but for the digits that float32 lacks, and has no more than those."""
    if got.dtype != torch.float64 or not torch.equal(got, got.float().double()):
        return False
    rtol, atol = TOLERANCE[torch.float32]
    return torch.allclose(got, expected.double(), rtol=rtol, atol=atol)


def require_an_answer(answer: Tensor, *, asked: str) -> None:
    """Require that `answer` is finite and not one number everywhere.

    A check of one property asks for this where it asks for no values: what says nothing about the
    input has no property.

    Raises:
        Failure: it is no such answer.
    """
    tells = answer.numel() > 0 and bool(torch.isfinite(answer).all())
    require(tells, asked=asked, got="no finite values")
    require(float(answer.double().std()) > _ONE_NUMBER, asked=asked, got="one number everywhere")


def of_shape(got: object, shape: tuple[int, ...], *, asked: str) -> Tensor:
    """`got`, which has to be a tensor of `shape`: to be computed with, it must be what was asked.

    Raises:
        Failure: it is none.
    """
    tensor = _plain_tensor(got, asked)
    if tensor.shape != shape:
        _fail(asked, f"shape {tuple(tensor.shape)} instead of {tuple(shape)}", about="shape")
    return tensor


def require(
    condition: bool, *, asked: str, got: str, values: str = "", diagnosis: str | None = None
) -> None:
    """Require `condition`; `got` tells the student what was seen instead."""
    if not condition:
        _fail(asked, got, values, diagnosis)


def describe(value: object) -> str:
    """What kind of value this is, in a student's words."""
    match value:
        case Tensor():
            return f"a {_name(value)} tensor of shape {tuple(value.shape)}"
        case None:
            return "None (is a return missing?)"
        case Opaque(type=kind) if kind in _FUNCTIONS:
            return "a function that was not called (are its brackets missing?)"
        case Opaque():
            return f"a value of type {value.type}"
        case list() | tuple() if not value:
            return f"an empty {type(value).__name__}"
        case list() | tuple():
            return f"a {type(value).__name__} of {counted(len(value), 'value')}"
        case _:
            return f"a Python {type(value).__name__}"


def _parts(got: object, names: Sequence[str], asked: str) -> Sequence[object]:
    if not isinstance(got, list | tuple) or len(got) != len(names):
        _fail(asked, f"{describe(got)} instead of ({', '.join(names)})", about="type")
    assert isinstance(got, list | tuple)
    return got


def _plain_tensor(got: object, asked: str) -> Tensor:
    if not isinstance(got, Tensor):
        _fail(asked, f"{describe(got)} instead of a tensor", about="type")
    assert isinstance(got, Tensor)
    return got


def _differences(got: Tensor, expected: Tensor, error: Tensor, good: Tensor) -> tuple[str, str]:
    wrong = int((~good).sum())
    worst = int(error.flatten().argmax())
    where = tuple(int(i) for i in torch.unravel_index(torch.tensor(worst), expected.shape))
    amount = f"{float(error.max()):.3g}"
    summary = f"{wrong} of {got.numel()} values, off by up to {amount}"
    if expected.numel() == 1:
        summary = f"off by {amount}"
    place = f" at {where}" if where else ""
    values = f"{got.flatten()[worst]:.6g} instead of {expected.flatten()[worst]:.6g}{place}"
    return f"wrong: {summary}", values


def _name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _fail(
    asked: str, got: str, values: str = "", diagnosis: str | None = None, about: str = ""
) -> None:
    raise Failure(
        Verdict.FAILED, asked=asked, got=got, values=values, diagnosis=diagnosis, about=about
    )

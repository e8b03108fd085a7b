"""A run of the student's `train()` on a linear model of ours: what it tells, what it does."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.comparison import describe, require
from grader.checking.student import Model, Student


@dataclass(frozen=True)
class Trained:
    """What `train()` returned, and the weight (C, D) and bias (C,) of the model afterwards."""

    returned: Any
    weight: Tensor
    bias: Tensor

    def costs(self, asked: str) -> Tensor:
        """The costs returned, float64 (n,): tensors are read as well, whose type another check
        judges.

        Raises:
            Failure: there is no list of numbers, or it is empty.
        """
        given = self.returned
        if isinstance(given, Tensor) and given.ndim == 1:
            given = list(given)
        require(
            isinstance(given, list | tuple), asked=asked, got=f"{describe(given)} instead of a list"
        )
        other = [describe(cost) for cost in given if not _is_number(cost)]
        got = f"a list that holds {other[0]} where a number belongs" if other else ""
        require(not other, asked=asked, got=got)
        require(bool(given), asked=asked, got="an empty list")
        return torch.tensor([float(cost) for cost in given], dtype=torch.float64)

    def cost(self, x: Tensor, y: Tensor) -> float:
        """The cross-entropy of the model afterwards, whatever was returned."""
        return F.cross_entropy(x @ self.weight.T + self.bias, y).item()


def trained(
    student: Student,
    weight: Tensor,
    bias: Tensor,
    x: Tensor,
    y: Tensor,
    epochs: int,
    lr: float,
    *,
    name: str = "linear",
) -> Trained:
    """Train a linear model of ours that starts at `weight` and `bias`.

    `name` is the attribute that holds its layer; an empty one makes the model the layer itself.

    Raises:
        Failure: the student's code fails, or takes the model's parameters away.
    """
    model = student.linear(weight, bias, name)
    returned = student.call("train", model, x, y, epochs=epochs, lr=lr)
    return Trained(returned, *parameters(model, weight, bias, name))


def parameters(
    model: Model, weight: Tensor, bias: Tensor, name: str = "linear"
) -> tuple[Tensor, Tensor]:
    """The weight and bias of a model of ours after training, shaped as they were before.

    They are found by their names: training may have added parameters, or taken some away.

    Raises:
        Failure: they are no longer there in these shapes.
    """
    now = model.state()
    prefix = f"{name}." if name else ""
    after = now.get(prefix + "weight"), now.get(prefix + "bias")
    kept = all(
        tensor is not None and tensor.shape == before.shape
        for tensor, before in zip(after, (weight, bias), strict=True)
    )
    asked = f"the weight {tuple(weight.shape)} and bias {tuple(bias.shape)} after train()"
    require(kept, asked=asked, got="parameters that were replaced or removed in train()")
    assert after[0] is not None
    assert after[1] is not None
    return after[0], after[1]


def _is_number(cost: object) -> bool:
    if isinstance(cost, Tensor):
        return cost.ndim == 0 and cost.is_floating_point()
    return isinstance(cost, float)

"""The parameters of a classifier that the student's code has trained."""

from typing import Any

import pytest
import torch
from torch import Tensor

from grader.checking.diagnosis.classifier import parameters
from grader.checking.failure import Failure

WEIGHT, BIAS = torch.ones(3, 4), torch.ones(3)
BEFORE = {"own.weight": torch.zeros(3, 4), "own.bias": torch.zeros(3)}


class Stored:
    """In the place of a model: its state is this."""

    def __init__(self, **state: Tensor) -> None:
        self._state = {f"own.{name}": tensor for name, tensor in state.items()}

    def state(self) -> dict[str, Tensor]:
        """Its parameters by name."""
        return self._state


def test_parameters_are_found_by_their_names() -> None:
    """A matrix or vector that training added is not taken for the layer's."""
    more = {"another": torch.zeros(2, 2), "zoo": torch.zeros(3, 4), "last": torch.zeros(3)}
    model: Any = Stored(weight=WEIGHT, bias=BIAS, **more)
    weight, bias = parameters(model, BEFORE)
    assert weight is WEIGHT
    assert bias is BIAS


@pytest.mark.parametrize(
    "state",
    [{}, {"weight": WEIGHT}, {"bias": BIAS}, {"weight": WEIGHT, "bias": BIAS[:1]},
     {"weight": WEIGHT.T, "bias": BIAS}],
)  # fmt: skip
def test_parameters_that_are_gone_are_the_students_matter(state: dict[str, Tensor]) -> None:
    """`model.linear.bias = None` in train() leads to a sentence, not to a fault of the grader."""
    model: Any = Stored(**state)
    with pytest.raises(Failure, match=r"replaced or removed in train\(\)"):
        parameters(model, BEFORE)


@pytest.mark.parametrize("before", [{}, {"own.weight": WEIGHT}, {"a": torch.zeros(())}])
def test_a_claimed_state_without_the_layer_is_borne(before: dict[str, Tensor]) -> None:
    """Also the state before training is a worker's claim."""
    model: Any = Stored(weight=WEIGHT, bias=BIAS)
    with pytest.raises(Failure):
        parameters(model, before)

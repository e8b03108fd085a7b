"""The parameters of a model of ours that the student's code has trained."""

from typing import Any

import pytest
import torch
from torch import Tensor

from grader.checking.failure import Failure
from grader.hidden.training_loop.trained import parameters

WEIGHT, BIAS = torch.ones(3, 4), torch.ones(3)


class Stored:
    """In the place of a model: its state is this."""

    def __init__(self, **state: Tensor) -> None:
        self._state = {f"linear.{name}": tensor for name, tensor in state.items()}

    def state(self) -> dict[str, Tensor]:
        """Its parameters by name."""
        return self._state


def test_parameters_are_found_by_their_names() -> None:
    """A matrix or vector that training added is not taken for the layer's."""
    more = {"another": torch.zeros(2, 2), "zoo": torch.zeros(3, 4), "last": torch.zeros(3)}
    model: Any = Stored(weight=WEIGHT, bias=BIAS, **more)
    weight, bias = parameters(model, torch.zeros(3, 4), torch.zeros(3))
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
        parameters(model, WEIGHT, BIAS)

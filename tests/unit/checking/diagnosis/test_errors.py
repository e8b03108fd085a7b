"""Exceptions whose message leaves one explanation: real ones, as torch raises them."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from grader.checking.diagnosis.errors import explain_exception

X, Y = torch.ones(2, 4), torch.tensor([0, 1])


def twice() -> None:
    """One cost, two times backward."""
    cost = nn.functional.cross_entropy(nn.Linear(4, 2)(X), Y)
    cost.backward()
    cost.backward()


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda: nn.Linear(784, 10)(torch.ones(5, 1, 28, 28)), "not flattened"),
        (lambda: X.sum().backward(), "cut off from the weights"),
        (lambda: nn.functional.cross_entropy(X, Y.float()), "labels are floats"),
        (
            lambda: torch.einsum("nc,nc->n", nn.functional.one_hot(Y, 4), X),
            "Integers and floats meet here",
        ),
        (twice, "computed once and used again"),
    ],
)
def test_the_message_is_explained(mistake: Callable[[], object], said: str) -> None:
    """What torch says today is recognised."""
    with pytest.raises(RuntimeError) as caught:
        mistake()
    assert said in (explain_exception(f"RuntimeError: {caught.value} (line 3)") or "")


def test_other_messages_are_not() -> None:
    """Other shapes that do not fit have other reasons, which nobody guesses."""
    with pytest.raises(RuntimeError) as caught:
        nn.Linear(5, 2)(X)
    assert explain_exception(str(caught.value)) is None

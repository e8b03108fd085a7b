"""What is said of a module's layers, and of a function after the last one."""

import pytest
import torch
from torch import nn

from grader.checking import Failure, require
from grader.checking.diagnosis.activations import ACTIVATIONS, after_the_layer
from grader.checking.diagnosis.layers import other_layers

RIGHT = {"linear.weight": (3, 4), "linear.bias": (3,)}


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ({}, "has no parameters"),
        ({"linear.weight": (3, 4)}, "has no bias"),
        ({"linear.weight": (4, 3), "linear.bias": (4,)}, "sizes of `linear` are swapped"),
        ({"linear.weight": (5, 4), "linear.bias": (5,)}, "`linear` takes 4 numbers and gives 5"),
        ({"fc.weight": (3, 4), "fc.bias": (3,)}, "kept as `fc`: the handout calls it `linear`"),
        (
            {"0.weight": (8, 4), "0.bias": (8,), "2.weight": (3, 8), "2.bias": (3,)},
            "There are 2 linear layers, `0`, `2`: one is asked for",
        ),
    ],
)
def test_other_layers_are_named(shapes: dict[str, tuple[int, ...]], said: str) -> None:
    """Each way not to be nn.Linear(4, 3) has its sentence."""
    assert said in (other_layers(shapes, 4, 3, "linear") or "")


@pytest.mark.parametrize("shapes", [RIGHT, {"W": (4, 3), "b": (3,)}, {**RIGHT, "scale": (1,)}])
def test_nothing_is_said_of_what_has_no_name(shapes: dict[str, tuple[int, ...]]) -> None:
    """Neither of the right layer nor of parameters that are no layer's is anything claimed."""
    assert other_layers(shapes, 4, 3, "linear") is None


def test_a_layers_name_is_the_students_text() -> None:
    """Names come from the jail: what a check tells of them is cut, and obeyed by no terminal."""
    shapes = {"\x1b[2J" + "x" * 9000 + ".weight": (3, 4), "y.weight": (3, 4)}
    with pytest.raises(Failure) as caught:
        require(False, asked="", got="", diagnosis=other_layers(shapes, 4, 3, "linear"))
    assert caught.value.diagnosis is not None
    assert len(caught.value.diagnosis) < 1100
    assert "\x1b" not in caught.value.diagnosis


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_function_after_the_layer_is_named(name: str) -> None:
    """By the layer's own weights, also with a softmax behind it; and not where they do not fit."""
    torch.manual_seed(0)
    layer, x = nn.Linear(4, 3), torch.randn(50, 4)
    after, state = ACTIVATIONS[name], layer.state_dict()
    scores = after(layer(x).detach())
    assert f"there is {name}:" in (after_the_layer(scores, state, x) or "")
    if name == "a ReLU":
        said = after_the_layer(scores.softmax(1), state, x)
        assert said is not None
        assert "there is a ReLU and then a softmax:" in said
    assert after_the_layer(scores, state, x[:, :3]) is None
    assert after_the_layer(scores + 0.1, state, x) is None
    doubled = {key: tensor.double() for key, tensor in state.items()}
    assert after_the_layer(scores, doubled, x) == after_the_layer(scores, state, x)


@pytest.mark.parametrize(
    "state",
    [
        {"w": torch.zeros(3, 4), "b": torch.zeros(5)},
        {"w": torch.zeros(1 << 20, 4)},
        {"w": torch.zeros(3, 4, dtype=torch.bool), "b": torch.zeros(3, dtype=torch.int64)},
        {"w": torch.full((3, 4), float("nan"))},
        {"w": torch.zeros(3, 0)},
        {},
    ],
)
def test_a_forged_state_says_nothing(state: dict[str, torch.Tensor]) -> None:
    """Parameters are claims: of any shape and dtype they raise nothing here and cost little."""
    assert after_the_layer(torch.randn(50, 3), state, torch.randn(50, 4)) is None

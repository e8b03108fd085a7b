"""What is said of a module's layers, and of a function after the last one."""

import pytest
import torch
from torch import nn

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

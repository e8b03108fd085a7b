"""What is wrong with the layers of a module that should hold one linear layer."""

from collections.abc import Mapping

from grader.checking.facts import NO_BIAS

Shapes = Mapping[str, tuple[int, ...]]


def other_layers(shapes: Shapes, inputs: int, outputs: int, name: str = "") -> str | None:
    """In which way parameters of these `shapes` are not those of `nn.Linear(inputs, outputs)`.

    Args:
        shapes: of each parameter, by its name in `state_dict()`.
        inputs: how many features there are.
        outputs: how many classes.
        name: what the layer has to be called; empty where any name does.

    Returns:
        A sentence; None where nothing is wrong, or it has no name here.
    """
    weights = [key for key, shape in shapes.items() if len(shape) == 2]
    if not shapes:
        return (
            "The module has no parameters: a layer has to be made in `__init__` and kept as an "
            "attribute of `self`. A local variable or a Python list does not register it."
        )
    if len(weights) > 1:
        listed = ", ".join(f"`{_layer(key)}`" for key in weights)
        return f"There are {len(weights)} linear layers, {listed}: one is asked for."
    if weights == list(shapes) and shapes[weights[0]] == (outputs, inputs):
        return NO_BIAS
    if len(weights) != 1 or shapes.keys() != {weights[0], weights[0][: -len("weight")] + "bias"}:
        return None
    layer, (out, into) = _layer(weights[0]), shapes[weights[0]]
    if (out, into) == (inputs, outputs):
        return (
            f"The sizes of `{layer}` are swapped: the first argument of nn.Linear is the number of "
            "features that come in, the second that of the classes that go out."
        )
    if (out, into) != (outputs, inputs):
        return (
            f"`{layer}` takes {into} numbers and gives {out}: there are {inputs} features and "
            f"{outputs} classes."
        )
    if name and layer != name:
        return f"The layer is kept as `{layer}`: the handout calls it `{name}`."
    return None


def listed(shapes: Shapes) -> str:
    """Names and shapes in a line."""
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "no parameters"


def _layer(weight: str) -> str:
    """The attribute that holds the layer with this weight."""
    return weight.removesuffix(".weight")

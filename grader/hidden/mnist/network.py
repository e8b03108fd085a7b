"""What stands between the layers of a network, and after the last: tried one by one."""

from collections.abc import Iterator
from itertools import pairwise, product

import torch
from torch import Tensor

from grader.checking import Draw, Model, assert_close, require
from grader.checking.diagnosis.activations import ACTIVATIONS, Function, is_close
from grader.checking.diagnosis.scores import explained_by
from grader.checking.facts import NO_HIDDEN_LAYER, UNITS_ALIKE

Layers = list[tuple[Tensor, Tensor]]
BETWEEN: dict[str, Function] = {"no ReLU": lambda z: z, **ACTIVATIONS}
AT_THE_END = ("no ReLU", "a ReLU", "a softmax", "a log-softmax", "a sigmoid", "a tanh")

BATCH_NORM = "There is a BatchNorm among the layers: between them ReLU alone is asked for."


def scores_of(layers: Layers, rows: int, between: list[str], end: str = "no ReLU") -> Tensor:
    """The scores (rows, C) of a network whose first weight is zero.

    `layers` are weights (out, in) and biases (out,); `between` names a function after each layer
    but the last, `end` the one after the last.
    """
    z = layers[0][1].repeat(rows, 1)
    for (weight, bias), name in zip(layers[1:], between, strict=True):
        z = BETWEEN[name](z) @ weight.T + bias
    return BETWEEN[end](z)


def explained(scores: object, layers: Layers) -> str | None:
    """What stands where, in a sentence, if one network alone gives these scores."""
    if not isinstance(scores, Tensor):
        return None
    sentences = {
        _sentence(between, end)
        for between, end in _networks(len(layers) - 1)
        if is_close(scores, scores_of(layers, len(scores), between, end))
    }
    return sentences.pop() if len(sentences) == 1 else None


def _networks(gaps: int) -> Iterator[tuple[list[str], str]]:
    """The same function in each gap, or ReLU in some gaps and nothing in others."""
    everywhere = [[name] * gaps for name in BETWEEN]
    in_some = [list(names) for names in product(("a ReLU", "no ReLU"), repeat=gaps) if gaps < 9]
    mixed = [names for names in in_some if len(set(names)) > 1]
    yield from product([*everywhere, *mixed], AT_THE_END)


def _sentence(between: list[str], end: str) -> str:
    parts = []
    if len(set(between)) > 1:
        missing = between.index("no ReLU") + 1
        parts.append(f"A ReLU is missing after layer {missing}.")
    elif between[0] == "no ReLU":
        parts.append("There is nothing between the layers: without ReLU they are one linear layer.")
    elif between[0] != "a ReLU":
        parts.append(f"Between the layers there is {between[0]}: ReLU is asked for.")
    if end != "no ReLU":
        parts.append(f"After the last layer there is {end}: cross_entropy takes its output as is.")
    return " ".join(parts)


def assert_trainable(model: Model, draw: Draw) -> None:
    """Require of the layers what training needs: ReLU between, and units that differ.

    Raises:
        Failure: as `assert_activations`; or all units of a layer are alike, which began alike.
    """
    assert_activations(model, draw)
    alike = [
        name
        for name, tensor in model.state().items()
        if tensor.ndim == 2 and len(tensor) > 1 and bool((tensor == tensor[0]).all())
    ]
    asked = "units of a layer that differ"
    told = UNITS_ALIKE.format(f"`{alike[0]}`") if alike else None
    require(not alike, asked=asked, got="units that are all the same", diagnosis=told)


def assert_activations(model: Model, draw: Draw) -> None:
    """Require that the scores are those of layers with ReLU between, nothing after the last.

    Raises:
        Failure: there are other layers, or with weights of the host's choosing other scores.
    """
    trained = model.state()
    weights = [name for name, tensor in trained.items() if tensor.ndim == 2]
    biases = [name.removesuffix("weight") + "bias" for name in weights]
    asked = "a network of several linear layers, one after the other, each with a bias"
    sizes = [tuple(trained[name].shape) for name in weights]
    chained = all(one[0] == following[1] for one, following in pairwise(sizes))
    require(len(weights) > 1 and chained, asked=asked, got=f"weights of shapes {sizes}",
            diagnosis=NO_HIDDEN_LAYER if len(weights) == 1 else None)  # fmt: skip
    complete = all(
        bias in trained and trained[bias].shape == trained[name].shape[:1]
        for name, bias in zip(weights, biases, strict=True)
    )
    require(complete, asked=asked, got="layers without a bias")
    # The first weight is zero: how the network prepares its images does not matter then.
    chosen = {name: draw.normal(*trained[name].shape, scale=0.1) for name in (*weights, *biases)}
    chosen[weights[0]] = torch.zeros_like(trained[weights[0]])
    try:
        model.load({**trained, **chosen})
        scores = model.image_scores(torch.zeros(100, 28, 28, dtype=torch.uint8))
    finally:
        model.load(trained)
    layers = [(chosen[name], chosen[bias]) for name, bias in zip(weights, biases, strict=True)]
    expected = scores_of(layers, 100, ["a ReLU"] * (len(layers) - 1))
    asked = "the scores of deep() with other weights: ReLU between the layers, nothing at the end"
    normed = any(name.endswith("running_mean") for name in trained)
    with explained_by(lambda: BATCH_NORM if normed else explained(scores, layers)):
        assert_close(scores, expected, asked=asked, rtol=1e-3, atol=1e-4)

"""What stands between the layers of a network, and after the last: tried one by one."""

from collections.abc import Iterator
from itertools import product

from torch import Tensor

from grader.checking.diagnosis.activations import ACTIVATIONS, Function, is_close

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

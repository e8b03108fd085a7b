"""What stands between the layers of a network, and after the last: tried one by one."""

from collections.abc import Callable, Iterator
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

Layers = list[tuple[Tensor, Tensor]]
Function = Callable[[Tensor], Tensor]

BETWEEN: dict[str, Function] = {
    "ReLU": torch.relu,
    "no ReLU": lambda z: z,
    "a sigmoid": torch.sigmoid,
    "a tanh": torch.tanh,
    "a GELU": F.gelu,
    "a SiLU": F.silu,
    "an ELU": F.elu,
    "a leaky ReLU": F.leaky_relu,
    "a softplus": F.softplus,
    "a softmax": lambda z: z.softmax(1),
    "a log-softmax": lambda z: z.log_softmax(1),
}
AT_THE_END = ("no ReLU", "ReLU", "a softmax", "a log-softmax", "a sigmoid", "a tanh")

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
        if _close(scores, scores_of(layers, len(scores), between, end))
    }
    return sentences.pop() if len(sentences) == 1 else None


def _networks(gaps: int) -> Iterator[tuple[list[str], str]]:
    """The same function in each gap, or ReLU in some gaps and nothing in others."""
    everywhere = [[name] * gaps for name in BETWEEN]
    in_some = [list(names) for names in product(("ReLU", "no ReLU"), repeat=gaps) if gaps < 9]
    mixed = [names for names in in_some if len(set(names)) > 1]
    yield from product([*everywhere, *mixed], AT_THE_END)


def _sentence(between: list[str], end: str) -> str:
    parts = []
    if len(set(between)) > 1:
        missing = between.index("no ReLU") + 1
        parts.append(f"A ReLU is missing after layer {missing}.")
    elif between[0] == "no ReLU":
        parts.append("There is nothing between the layers: without ReLU they are one linear layer.")
    elif between[0] != "ReLU":
        parts.append(f"Between the layers there is {between[0]}: ReLU is asked for.")
    if end != "no ReLU":
        name = "a ReLU" if end == "ReLU" else end
        parts.append(f"After the last layer there is {name}: cross_entropy takes its output as is.")
    return " ".join(parts)


def _close(got: Tensor, expected: Tensor) -> bool:
    return got.shape == expected.shape and torch.allclose(
        got.double(), expected.double(), rtol=1e-3, atol=1e-4
    )

"""A module of one linear layer and a softmax, and how it goes wrong."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import NOTHING, After, Before, Formula, Inputs, Mistake, like
from grader.checking.draw import Draw
from grader.checking.facts import ROW_SQUEEZED
from grader.checking.modules import asked_of
from grader.checking.student import Model
from grader.hidden.softmax.softmax import SOFTMAX


def batches(draw: Draw, weight: Tensor, bias: Tensor, x: Tensor) -> Iterator[Inputs]:
    """Fresh weights (3, 4), biases (3,) and batches (N, 4) of several sizes, one row too."""
    for rows in (len(x), 1, 3, 4, 6):
        yield (
            like(weight, draw, *weight.shape),
            like(bias, draw, *bias.shape),
            like(x, draw, rows, 4),
        )


def _of_logits(formula: Any) -> Any:
    return lambda weight, bias, x: formula(x @ weight.T + bias)


def on_logits(name: str, sentence: str, *formulas: Any) -> list[Mistake]:
    """Mistakes of a model with one linear layer, as formulas of its logits (N, C)."""
    return [Mistake(name, sentence, _of_logits(formula)) for formula in formulas]


def features_normalised(right: Any) -> list[Mistake]:
    """x (N, 4) is scaled on its way into the layer of the model that `right` is."""
    return [
        Mistake(
            "features_normalised",
            "x is normalised before the layer: the layer takes x as it is.",
            Before(right, lambda w, b, x, scaled=scaled: (w, b, scaled(x))),
        )
        for scaled in (
            F.normalize,
            lambda x: x / x.norm(),
            lambda x: x / x.abs().amax(1, keepdim=True),
            lambda x: x / x.max(),
            lambda x: (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True),
        )
    ]


def _in_rows(formula: Any, z: Tensor) -> Any:
    return formula(z, 1)


def _softmax_rows(z: Tensor) -> Tensor:
    return torch.softmax(z, 1)


_RIGHT = _of_logits(_softmax_rows)

_BY_HAND = (
    "logits_normalised", "base_two", "base_ten", "minus_in_the_exponent", "exp_twice",
    "not_divided", "divided_by_the_mean", "divided_by_the_norm", "divided_by_the_product",
    "root_of_the_sum", "shifted_on_one_side", "no_exponential", "squares", "sigmoid_normalised",
    "temperature", "epsilon_in_denominator", "argmax_one_hot", "uniform",
)  # fmt: skip
"""Mistakes of the function that a module may make, or call; the others have names of their own."""

SOFTMAX_MODULE = Formula(
    asked_of("Softmax", Model.forward),
    _RIGHT,
    [
        *on_logits(
            "module_over_the_batch",
            "Softmax runs over the batch (dim=0): each column sums to one. The classes of a row "
            "are axis 1.",
            lambda z: torch.softmax(z, 0),
        ),
        *on_logits("module_returns_logits", "The softmax is missing: these are logits.",
                   lambda z: z),
        *on_logits(
            "module_log_probabilities",
            "These are logarithms of the probabilities: log_softmax in place of softmax.",
            lambda z: torch.log_softmax(z, 1),
        ),
        *on_logits("module_double_softmax", "Softmax is applied twice.",
                   lambda z: _softmax_rows(_softmax_rows(z))),
        *on_logits("module_sigmoid", "This is a sigmoid of each logit, not a softmax of the row.",
                   torch.sigmoid),
        *on_logits(
            "module_relu",
            "There is a ReLU between the linear layer and the softmax.",
            lambda z: _softmax_rows(F.relu(z)),
        ),
        *on_logits(
            "module_over_everything",
            "The sum runs over the whole batch: each row should sum to one by itself.",
            lambda z: torch.softmax(z.flatten(), 0).view_as(z),
        ),
        Mistake("row_squeezed", ROW_SQUEEZED, After(_RIGHT, Tensor.squeeze)),
        *on_logits("module_argmax", "The class's number is returned, not the probabilities.",
                   lambda z: z.argmax(1)),
        Mistake(
            "module_new_layer_each_call",
            "The output does not depend on the module's weights: forward makes a new layer, or "
            "does not use the module's own. Make it in `__init__`, use `self.linear` in forward.",
            ignores=lambda weight, bias, x: (2 * weight.roll(1, 0), bias.roll(1, 0), x),
        ),
        Mistake(
            "module_bias_unused",
            "The bias does not take part: the layer's `bias` is not added.",
            Before(_RIGHT, lambda weight, bias, x: (weight, 0 * bias, x)),
        ),
        Mistake(
            "module_softmax_first",
            "The softmax runs over the features, before the linear layer: the layer comes first.",
            lambda weight, bias, x: _softmax_rows(x) @ weight.T + bias,
        ),
        Mistake(
            "module_softmax_first_and_last",
            "A softmax runs over the features too, before the linear layer: one at the end is all.",
            Before(_RIGHT, lambda weight, bias, x: (weight, bias, _softmax_rows(x))),
        ),
        *features_normalised(_RIGHT),
        *(
            Mistake(m.name, m.sentence, _of_logits(partial(_in_rows, m.predict)))
            for m in SOFTMAX.mistakes
            if m.name in _BY_HAND
        ),
        NOTHING,
    ],
    batches,
    evaluated=asked_of("Softmax", Model.scores),
)  # fmt: skip
"""Inputs (weight (3, 4), bias (3,), x (N, 4))."""

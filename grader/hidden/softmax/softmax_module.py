"""A module of one linear layer and a softmax, and how it goes wrong."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis.mistake import NOTHING, Formula, Inputs, Mistake, like
from grader.checking.draw import Draw
from grader.checking.facts import ROW_SQUEEZED
from grader.checking.modules import asked_of
from grader.checking.student import Model


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


def _softmax_rows(z: Tensor) -> Tensor:
    return torch.softmax(z, 1)


SOFTMAX_MODULE = Formula(
    asked_of("Softmax", Model.forward),
    _of_logits(_softmax_rows),
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
        *on_logits("row_squeezed", ROW_SQUEEZED, lambda z: _softmax_rows(z).squeeze()),
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
            lambda weight, bias, x: _softmax_rows(x @ weight.T),  # noqa: ARG005
        ),
        Mistake(
            "module_softmax_first",
            "The softmax runs over the features, before the linear layer: the layer comes first.",
            lambda weight, bias, x: _softmax_rows(x) @ weight.T + bias,
        ),
        Mistake(
            "module_softmax_first_and_last",
            "A softmax runs over the features too, before the linear layer: one at the end is all.",
            lambda weight, bias, x: _softmax_rows(_softmax_rows(x) @ weight.T + bias),
        ),
        NOTHING,
    ],
    batches,
    evaluated=asked_of("Softmax", Model.scores),
)  # fmt: skip
"""Inputs (weight (3, 4), bias (3,), x (N, 4))."""

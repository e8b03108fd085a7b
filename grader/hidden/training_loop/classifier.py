"""A classifier of one linear layer that returns logits, and how it goes wrong."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import NOTHING, After, Before, Formula, Mistake
from grader.checking.facts import ROW_SQUEEZED
from grader.checking.modules import asked_of
from grader.checking.student import Model
from grader.hidden.softmax.softmax_module import batches, features_normalised, on_logits


def _logits(weight: Tensor, bias: Tensor, x: Tensor) -> Tensor:
    return x @ weight.T + bias


LOGITS = Formula(
    asked_of("SoftmaxClassifier", Model.forward),
    _logits,
    [
        *on_logits("classifier_returns_probabilities", "The classifier returns probabilities: "
                   "return the logits, cross_entropy applies the softmax itself. Otherwise it is "
                   "applied twice.", lambda z: z.softmax(1)),
        *on_logits("classifier_returns_log_probabilities", "The classifier returns "
                   "log-probabilities: return the logits, cross_entropy takes log_softmax itself.",
                   lambda z: z.log_softmax(1)),
        *on_logits("classifier_softmax_over_the_batch", "There is a softmax at the end, and it "
                   "runs over the batch: return the logits.", lambda z: z.softmax(0)),
        *on_logits("classifier_relu", "A ReLU stands at the end: logits may be negative.", F.relu),
        *on_logits("classifier_sigmoid", "There is a sigmoid at the end: return the logits.",
                   torch.sigmoid),
        *on_logits("classifier_tanh", "There is a tanh at the end: return the logits.", torch.tanh),
        Mistake("row_squeezed", ROW_SQUEEZED, After(_logits, Tensor.squeeze)),
        *on_logits("classifier_returns_classes", "The class's number is returned, not the logits.",
                   lambda z: z.argmax(1)),
        Mistake("classifier_normalises", "The batch is standardised in forward: a row's logits "
                "then depend on its neighbours.",
                lambda w, b, x: (x - x.mean(0)) / x.std(0, correction=len(x) > 1) @ w.T + b),
        Mistake("classifier_new_layer", "The output does not depend on the module's weights: "
                "forward makes a new layer, or does not use the module's own. Make it in "
                "`__init__`, use it in forward.",
                ignores=lambda w, b, x: (2 * w.roll(1, 0), b.roll(1, 0), x)),
        Mistake("classifier_bias_unused", "The bias does not take part: the layer's `bias` is not "
                "added.", Before(_logits, lambda w, b, x: (w, 0 * b, x))),
        Mistake("classifier_softmax_first", "A softmax runs over the features, before the linear "
                "layer: the layer takes x as it is.",
                Before(_logits, lambda w, b, x: (w, b, x.softmax(1)))),
        Mistake("classifier_relu_first", "A ReLU runs over the features, before the linear layer: "
                "the layer takes x as it is.", Before(_logits, lambda w, b, x: (w, b, F.relu(x)))),
        *features_normalised(_logits),
        *on_logits("logits_scaled", "The logits are multiplied or divided by a number: return "
                   "them as the layer gives them.",
                   *(lambda z, k=k: z * k for k in (0.5, 2.0, 0.1, 10.0, 3**-0.5))),
        NOTHING,
    ],
    batches,
    evaluated=asked_of("SoftmaxClassifier", Model.scores),
)  # fmt: skip
"""Inputs (weight (3, 4), bias (3,), x (N, 4))."""

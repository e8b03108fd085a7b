"""A classifier of one linear layer that returns logits, and how it goes wrong."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.comparison import require
from grader.checking.diagnosis.mistake import NOTHING, Formula, Mistake
from grader.checking.diagnosis.softmax_module import batches, on_logits
from grader.checking.student import Model, Student


def classifier(student: Student, weight: Tensor, bias: Tensor) -> Model:
    """A fresh SoftmaxClassifier of the student's with these weights, whatever its layer is called.

    Raises:
        Failure: it has other parameters than a weight (3, 4) and a bias (3,).
    """
    model = student.new("SoftmaxClassifier")
    state = model.state()
    shapes = sorted(tuple(tensor.shape) for tensor in state.values())
    asked = "the parameters of SoftmaxClassifier(): a weight (3, 4) and a bias (3,)"
    found = ", ".join(map(str, shapes)) or "none"
    require(shapes == [(3,), (3, 4)], asked=asked, got=f"parameters of shapes {found}")
    model.load({name: weight if t.ndim == 2 else bias for name, t in state.items()})
    return model


def parameters(model: Model, before: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The weight (3, 4) and bias (3,) of a `classifier()` that the student's code has trained.

    They are found by the names that they had in its state `before`: training may have added
    parameters, or taken some away.

    Raises:
        Failure: they are no longer there in these shapes.
    """
    now = model.state()
    found = {t.ndim: now.get(name) for name, t in before.items()}
    weight, bias = found.get(2), found.get(1)
    asked = "the weight (3, 4) and bias (3,) of the model after train()"
    kept = weight is not None and bias is not None and (weight.shape, bias.shape) == ((3, 4), (3,))
    require(kept, asked=asked, got="parameters that were replaced or removed in train()")
    assert weight is not None
    assert bias is not None
    return weight, bias


def _forward(student: Student, weight: Tensor, bias: Tensor, x: Tensor) -> Any:
    return classifier(student, weight, bias).forward(x)


LOGITS = Formula(
    _forward,
    lambda weight, bias, x: x @ weight.T + bias,
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
        *on_logits("classifier_squeezes", "A batch of one row loses its batch axis: `squeeze()` is "
                   "one word too many.", lambda z: z.squeeze()),
        *on_logits("classifier_returns_classes", "The class's number is returned, not the logits.",
                   lambda z: z.argmax(1)),
        Mistake("classifier_normalises", "The batch is standardised in forward: a row's logits "
                "then depend on its neighbours.",
                lambda w, b, x: (x - x.mean(0)) / x.std(0, correction=len(x) > 1) @ w.T + b),
        Mistake("classifier_new_layer", "The output does not depend on the module's weights: "
                "forward makes a new layer, or does not use the module's own. Make it in "
                "`__init__`, use it in forward.",
                ignores=lambda w, b, x: (2 * w.roll(1, 0), b.roll(1, 0), x)),
        NOTHING,
    ],
    batches,
)  # fmt: skip
"""Inputs (weight (3, 4), bias (3,), x (N, 4))."""

"""Binary cross-entropy in bits, e = −(y log₂ o + (1 − y) log₂(1 − o)), and its gradient."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from grader.checking.diagnosis import (
    NOTHING,
    After,
    Before,
    Formula,
    Inputs,
    Mistake,
    like,
    wrong,
)
from grader.checking.draw import Draw
from grader.hidden.cross_entropy.cross_entropy import EPSILONS

_LN2 = math.log(2)


def _bits(o: Tensor, y: Tensor) -> Tensor:
    return -(y * o.log2() + (1 - y) * (1 - o).log2())


def _nats(o: Tensor, y: Tensor) -> Tensor:
    return _bits(o, y) * _LN2


def _ratio(got: Any, expected: Any, o: Tensor, y: Tensor) -> str:  # noqa: ARG001
    shown = isinstance(got, Tensor) and got.shape == expected.shape
    return "Your values are 0.693 = ln 2 times the expected ones: " if shown else ""


def _fresh(draw: Draw, o: Tensor, _: Tensor) -> Iterator[Inputs]:
    confident = bool((torch.minimum(o, 1 - o) < 1e-3).any())
    for rows in (4, 1, 7, 12):
        fresh = draw.uniform(0.02, 0.98, rows)
        if confident:
            sure = draw.uniform(5e-5, 2e-4, rows)
            fresh = torch.where(fresh < 0.5, sure, 1 - sure)
        yield fresh, draw.integers(0, 2, rows).float()


BINARY = Formula(
    lambda student, o, y: student.call("binary_cross_entropy", o, y),
    _bits,
    [
        Mistake(
            "natural_log_in_binary",
            "This is the loss with the natural logarithm: bits are counted with log₂.",
            After(_bits, lambda e: e * _LN2),
            evidence=_ratio,
        ),
        *wrong("log10_in_binary", "This is the loss with log₁₀: bits are counted with log₂.",
                After(_bits, lambda e: e * math.log10(2))),
        *wrong("binary_mean", "This is the mean: one loss for each sample is asked for.",
                After(_bits, Tensor.mean)),
        *wrong("binary_mean_in_nats", "This is the mean, and with the natural logarithm: one loss "
                "for each sample is asked for, in bits.", lambda o, y: _nats(o, y).mean()),
        *wrong("binary_sum", "This is the sum: one loss for each sample is asked for.",
                After(_bits, Tensor.sum)),
        *wrong("binary_sum_in_nats", "This is the sum, and with the natural logarithm: one loss "
                "for each sample is asked for, in bits.", lambda o, y: _nats(o, y).sum()),
        *wrong("binary_divided_by_rows", "Each loss is divided by the number of samples: no mean "
                "is asked for here.", After(_bits, lambda e: e / len(e))),
        *wrong("binary_without_negatives", "Samples with y = 0 cost nothing: the term "
                "(1 − y) log₂(1 − o) is missing.",
                lambda o, y: -y * o.log2()),
        *wrong("binary_without_positives", "Samples with y = 1 cost nothing: the term y log₂ o is "
                "missing.", lambda o, y: -(1 - y) * (1 - o).log2()),
        *wrong("binary_label_ignored", "Both logarithms are of o, as if every y were 1: the "
                "second one is of 1 − o.",
                lambda o, y: -o.log2() + 0 * y),
        *wrong("minus_forgotten", "The sign is wrong: the loss is minus the logarithm.",
                After(_bits, torch.neg)),
        *wrong("minus_on_one_term", "The minus belongs to both terms: brackets are missing.",
                lambda o, y: -y * o.log2() + (1 - y) * (1 - o).log2()),
        *wrong("binary_labels_swapped", "y and 1 − y are swapped.",
                Before(_bits, lambda o, y: (o, 1 - y))),
        *wrong("binary_labels_swapped_arguments", "o and y are swapped: the logarithm is taken of "
                "the label.", Before(_bits, lambda o, y: (y, o))),
        *wrong("binary_log_of_one_plus", "The second logarithm is of 1 + o: it is of 1 − o.",
                lambda o, y: -(y * o.log2() + (1 - y) * (1 + o).log2())),
        *wrong("binary_one_outside_the_log", "1 − log₂ o is not log₂(1 − o): the 1 belongs inside "
                "the logarithm.",
                lambda o, y: -(y * o.log2() + (1 - y) * (1 - o.log2()))),
        *wrong("binary_sigmoid_again", "A sigmoid is applied to o, a probability already.",
                Before(_bits, lambda o, y: (o.sigmoid(), y))),
        *wrong("binary_wrong_way_to_bits", "The natural logarithm is multiplied by ln 2: to get "
                "bits, divide by it.", After(_bits, lambda e: e * _LN2**2)),
        *wrong("binary_converted_twice", "log₂ is divided by ln 2 once more: it is bits already.",
                After(_bits, lambda e: e / _LN2)),
        *wrong("binary_squared_error", "This is the squared error, not a logarithm.",
                lambda o, y: (o - y) ** 2, lambda o, y: (o - y) ** 2 / 2),
        *wrong("binary_absolute_error", "This is the distance |o − y|, not a logarithm.",
                lambda o, y: (o - y).abs()),
        *wrong("binary_rounded", "o is rounded to 0 or 1 before the logarithm.",
                Before(_bits, lambda o, y: (o.round(), y))),
        *wrong("binary_extra_axis", "The losses have an extra axis: the shape is (N,).",
                *(After(_bits, lambda e, axis=axis: e.unsqueeze(axis)) for axis in (1, 0))),
        *wrong("binary_squeezed", "A single sample loses its axis: leave out `squeeze()`.",
                After(_bits, Tensor.squeeze)),
        *wrong("float64_returned", "The losses are float64: let them follow the dtype of o.",
                Before(_bits, lambda o, y: (o.double(), y))),
        *wrong("binary_epsilon", "A small number inside the logarithm changes the loss of "
                "confident answers: o lies strictly between 0 and 1 here.",
                *(lambda o, y, e=e: -(y * (o + e).log2() + (1 - y) * (1 - o + e).log2())
                  for e in EPSILONS[:5])),
        *wrong("binary_clamped", "o is clamped before the logarithm, which caps the loss of "
                "confident mistakes: o lies strictly between 0 and 1 here.",
                *(Before(_bits, lambda o, y, e=e: (o.clamp(e, 1 - e), y))
                  for e in (0.1, 0.05, *EPSILONS[:4]))),
        NOTHING,
    ],
    _fresh,
)  # fmt: skip
"""Inputs (o (N,), y (N,))."""


def _output(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.sigmoid(x @ w + b)


def _of_error(x: Tensor, error: Tensor) -> tuple[Tensor, Tensor]:
    """dw = x · error (N, D) and db = error (N,)."""
    return x * error.unsqueeze(1), error


def _from_error(change: Callable[..., Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """The pair for another error than o − y: `change(o, y)`."""
    return lambda x, w, b, y: _of_error(x, change(_output(x, w, b), y))


def _grad(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return _of_error(x, _output(x, w, b) - y)


def _of_pair(change: Callable[..., Any]) -> After:
    """Another pair than (dw, db): `change(dw, db)`."""
    return After(_grad, lambda pair: change(*pair))


def _fresh_samples(draw: Draw, x: Tensor, *_: Tensor) -> Iterator[Inputs]:
    for rows, features in [(4, 3), (6, 2), (1, 4), (5, 5), (3, 1)]:
        w, b = draw.normal(features), draw.normal()
        yield like(x, draw, rows, features), w, b, draw.integers(0, 2, rows).float()


BINARY_GRADIENT = Formula(
    lambda student, *inputs: student.call("binary_cross_entropy_grad", *inputs),
    _grad,
    [
        *wrong("gradient_with_wrong_sign", "The sign is wrong: the gradient is x (o − y), not "
                "x (y − o).", _of_pair(lambda dw, db: (-dw, -db))),
        *wrong("gradient_in_bits", "This is the gradient of the loss in bits, 1/ln 2 times as "
                "large: the natural logarithm is asked for.",
                _of_pair(lambda dw, db: (dw / _LN2, db / _LN2))),
        *wrong("gradient_times_ln2", "The gradient is multiplied by ln 2: with the natural "
                "logarithm there is no such factor.",
                _of_pair(lambda dw, db: (dw * _LN2, db * _LN2))),
        *wrong("gradient_of_the_squared_error", "This is the gradient of the squared error, with "
                "the factor o (1 − o): cross-entropy cancels it.",
                *(_from_error(lambda o, y, k=k: k * (o - y) * o * (1 - o)) for k in (1, 2, 0.5))),
        *wrong("gradient_doubled", "The gradient is twice as large: nothing is "
                "squared here, so no factor 2 comes out.",
                _of_pair(lambda dw, db: (2 * dw, 2 * db))),
        *wrong("gradient_without_label", "The label does not take part: the error is o − y.",
                _from_error(lambda o, _: o)),
        *wrong("gradient_of_rounded_output", "The output is rounded to 0 or 1 first.",
                _from_error(lambda o, y: o.round() - y),
                _from_error(lambda o, y: (o > 0.5).float() - y)),
        *wrong("gradient_without_sigmoid", "The sigmoid is missing: o = σ(x·w + b).",
                lambda x, w, b, y: _of_error(x, x @ w + b - y)),
        *wrong("gradient_without_bias", "The bias is missing: o = σ(x·w + b).",
                Before(_grad, lambda x, w, b, y: (x, w, 0 * b, y))),
        *wrong("gradient_bias_subtracted", "The bias is subtracted: o = σ(x·w + b).",
                Before(_grad, lambda x, w, b, y: (x, w, -b, y))),
        *wrong("gradient_sigmoid_of_minus", "The sigmoid has a wrong sign in its exponent: "
                "σ(z) = 1 / (1 + exp(−z)).",
                _from_error(lambda o, y: 1 - o - y)),
        *wrong("gradient_tanh", "tanh stands where the sigmoid belongs.",
                lambda x, w, b, y: _of_error(x, (x @ w + b).tanh() - y)),
        *wrong("gradient_averaged", "The mean over the batch is taken: one gradient for each "
                "sample is asked for.",
                _of_pair(lambda dw, db: (dw.mean(0), db.mean())),
                _of_pair(lambda dw, db: (dw.mean(0), db))),
        *wrong("gradient_summed", "The sum over the batch is taken: one gradient for each sample "
                "is asked for.",
                _of_pair(lambda dw, db: (dw.sum(0), db.sum())),
                _of_pair(lambda dw, db: (dw.sum(0), db))),
        *wrong("gradient_divided_by_rows", "Each gradient is divided by the number of samples: "
                "no mean is asked for.",
                _of_pair(lambda dw, db: (dw / len(db), db / len(db)))),
        *wrong("gradient_summed_over_features", "dw is summed over the features: it has the shape "
                "of x.", _of_pair(lambda dw, db: (dw.sum(1), db))),
        *wrong("gradient_pair_exchanged", "dw and db are swapped: the pair is (dw, db).",
                _of_pair(lambda dw, db: (db, dw))),
        *wrong("gradient_without_x", "dw lacks the factor x.",
                lambda x, w, b, y: ((_output(x, w, b) - y).unsqueeze(1).expand_as(x).clone(),
                                    _output(x, w, b) - y)),
        *wrong("gradient_with_w_for_x", "dw is the error times w: the factor is x.",
                lambda x, w, b, y: (w * (_output(x, w, b) - y).unsqueeze(1),
                                    _output(x, w, b) - y)),
        *wrong("gradient_transposed", "dw is transposed: one row for each sample.",
                _of_pair(lambda dw, db: (dw.mT, db))),
        *wrong("gradient_db_has_an_axis", "db has an extra axis: its shape is (N,).",
                _of_pair(lambda dw, db: (dw, db.unsqueeze(1)))),
        *wrong("gradient_db_summed", "db is summed over the batch: one for each sample is asked "
                "for.", _of_pair(lambda dw, db: (dw, db.sum()))),
        *wrong("gradient_db_averaged", "db is averaged over the batch: one for each sample is "
                "asked for.", _of_pair(lambda dw, db: (dw, db.mean()))),
        *wrong("gradient_squeezed", "A single sample or feature loses its axis: leave out "
                "`squeeze()`.", _of_pair(lambda dw, db: (dw.squeeze(), db.squeeze())),
                _of_pair(lambda dw, db: (dw.squeeze(), db))),
        *wrong("gradient_of_w_only", "Only dw is returned: the pair (dw, db) is asked for.",
                _of_pair(lambda dw, _: dw)),
        NOTHING,
    ],
    _fresh_samples,
)  # fmt: skip
"""Inputs (x (N, D), w (D,), b (), y (N,)); the answer is the pair (dw, db)."""

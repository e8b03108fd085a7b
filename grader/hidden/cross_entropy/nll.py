"""The mean of −log p_y over a batch of log-probabilities, and how it goes wrong."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import Formula, Inputs, wrong
from grader.checking.draw import Draw
from grader.hidden.cross_entropy.averages import at, averaged, fresh_batches, hot, in_pairs


def _picked(log_p: Tensor, y: Tensor) -> Tensor:
    return -at(log_p, y)


def _fresh_log_p(draw: Draw, log_p: Tensor, y: Tensor) -> Iterator[Inputs]:
    for z, labels in fresh_batches(draw, torch.full((1, 1), 4.0, dtype=log_p.dtype), y):
        yield z.log_softmax(1), labels


_MISTAKES = [
    *averaged(_picked, "−y log p", 3),
    *wrong(
        "nll_takes_the_log_again",
        "The logarithm is taken again: the input is log-probabilities already.",
        lambda log_p, y: -at(log_p, y).log().mean(),
        lambda log_p, y: (-log_p.log() * hot(y, log_p)).sum(1).mean(),
    ),
    *wrong(
        "nll_of_probabilities",
        "The input is turned back into probabilities: it is what is to be averaged as it is.",
        lambda log_p, y: -at(log_p.exp(), y).mean(),
    ),
    *wrong(
        "all_classes_summed",
        "The logarithms of all classes are summed: only the label's counts.",
        lambda log_p, y: -log_p.sum(1).mean(),  # noqa: ARG005
        lambda log_p, y: -log_p.mean(),  # noqa: ARG005
    ),
]

NLL = Formula(
    lambda student, log_p, y: student.call("nll_loss", log_p, y),
    F.nll_loss,
    _MISTAKES,
    _fresh_log_p,
    pairs=in_pairs(_MISTAKES, "−y log p", 3),
)
"""Inputs (log-probabilities (N, C), y (N,))."""

NLL_GRADIENT = NLL.gradient("nll_loss")
"""Inputs (log-probabilities, y, cotangent ())."""

"""The log-likelihood of a label's output, e = −log₂ o_y in bits, and how it goes wrong."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from grader.checking.diagnosis import NOTHING, After, Before, Formula, Inputs, wrong
from grader.checking.draw import Draw
from grader.hidden.cross_entropy.averages import at, hot
from grader.hidden.cross_entropy.cross_entropy import EPSILONS

_LN2 = math.log(2)


def _bits(o: Tensor, y: Tensor) -> Tensor:
    return -at(o, y).log2()


def _nats(o: Tensor, y: Tensor) -> Tensor:
    return -at(o, y).log()


def _all_nodes(o: Tensor, y: Tensor) -> Tensor:
    ones = hot(y, o)
    return -(ones * o.log2() + (1 - ones) * (1 - o).log2()).sum(1)


def _fresh(draw: Draw, o: Tensor, _: Tensor) -> Iterator[Inputs]:
    # As many rows as outputs, too: some mistakes show their numbers only there.
    for rows, outputs in [(4, 3), (3, 3), (1, 4), (5, 2), (4, 4), (6, 10)]:
        fresh = draw.normal(rows, outputs, scale=2, dtype=torch.float64).softmax(1).to(o.dtype)
        yield fresh, draw.integers(0, outputs, rows)


LOG_LIKELIHOOD = Formula(
    lambda student, o, y: student.call("log_likelihood", o, y),
    _bits,
    [
        *wrong("likelihood_in_nats", "This is −ln of the label's output: bits are counted with "
               "log₂.", After(_bits, lambda e: e * _LN2)),
        *wrong("likelihood_in_log10", "This is −log₁₀ of the label's output: bits are counted with "
               "log₂.", After(_bits, lambda e: e * math.log10(2))),
        *wrong("likelihood_wrong_way_to_bits", "−ln of the label's output is multiplied by ln 2: "
               "to get bits, divide by it.", After(_bits, lambda e: e * _LN2**2)),
        *wrong("likelihood_mean", "This is the mean over the samples: one number for each sample "
               "is asked for.",
               After(_bits, Tensor.mean), lambda o, y: _nats(o, y).mean()),
        *wrong("likelihood_sum", "This is the sum over the samples: one number for each sample is "
               "asked for.", After(_bits, Tensor.sum), lambda o, y: _nats(o, y).sum()),
        *wrong("likelihood_divided_by_rows", "Each number is divided by the number of samples: no "
               "mean is asked for here.", After(_bits, lambda e: e / len(e))),
        *wrong("likelihood_of_all_outputs", "All outputs are used: the log-likelihood looks at the "
               "label's output alone.",
               lambda o, _: -o.log2().sum(1), lambda o, _: -o.log2().mean(1),
               lambda o, _: -o.log().sum(1), _all_nodes, lambda o, y: _LN2 * _all_nodes(o, y)),
        *wrong("likelihood_per_output", "There is a number for every output: only the label's is "
               "asked for, one for each sample.",
               lambda o, _: -o.log2(), lambda o, y: -hot(y, o) * o.log2()),
        *wrong("likelihood_entropy", "This is the entropy of the outputs, −Σ o log o: the label "
               "does not take part.",
               lambda o, _: -(o * o.log2()).sum(1), lambda o, _: -(o * o.log()).sum(1)),
        *wrong("one_hot_for_labels", "The labels are used as a one-hot table: y holds class "
               "numbers (N,), so index with them, or make the table first.",
               lambda o, y: -(y * o.log2()).sum(1), lambda o, y: -(y * o.log()).sum(1),
               lambda o, y: (y * -o.log2()).sum(dim=1).mean()),
        *wrong("label_as_a_factor", "The logarithms are multiplied by the label's number: the "
               "label says which output counts.",
               lambda o, y: -(y.unsqueeze(1) * o.log2()).sum(1)),
        *wrong("minus_forgotten", "The sign is wrong: the loss is minus the logarithm.",
               After(_bits, torch.neg)),
        *wrong("likelihood_without_log", "The logarithm is missing: this is the label's output "
               "itself, or one minus it.",
               at, lambda o, y: -at(o, y), lambda o, y: 1 - at(o, y)),
        *wrong("likelihood_of_the_others", "The logarithm is of one minus the label's output, "
               "which is the probability of all the other classes.",
               lambda o, y: -(1 - at(o, y)).log2(), lambda o, y: -(1 - at(o, y)).log()),
        *wrong("likelihood_softmax_again", "A softmax is applied to o, which holds probabilities "
               "already.",
               Before(_bits, lambda o, y: (o.softmax(1), y))),
        *wrong("likelihood_of_the_largest", "Each row is judged by its largest output, not by its "
               "label's.", lambda o, _: -o.amax(1).log2()),
        *wrong("label_plus_one", "Each row is judged by the class after its label: labels count "
               "from 0.", Before(_bits, lambda o, y: (o, (y + 1) % o.shape[1]))),
        *wrong("label_minus_one", "Each row is judged by the class before its label: labels count "
               "from 0.", Before(_bits, lambda o, y: (o, (y - 1) % o.shape[1]))),
        *wrong("picks_columns", "Indexing with `[:, y]` takes whole columns, N×N numbers: each row "
               "has its own label, so index with the row's number too.",
               lambda o, y: -o[:, y].log2()),
        *wrong("likelihood_extra_axis", "The numbers have an extra axis: the shape is (N,).",
               *(After(_bits, lambda e, axis=axis: e.unsqueeze(axis)) for axis in (1, 0))),
        *wrong("likelihood_squeezed", "A single sample loses its axis: leave out `squeeze()`.",
               After(_bits, Tensor.squeeze)),
        *wrong("likelihood_epsilon", "A small number inside the logarithm, or a clamp, changes the "
               "loss of confident mistakes: o lies strictly between 0 and 1 here.",
               *(lambda o, y, e=e: -(at(o, y) + e).log2() for e in EPSILONS[:4]),
               *(lambda o, y, e=e: -at(o, y).clamp(min=e).log2() for e in (0.1, *EPSILONS[:3]))),
        NOTHING,
    ],
    _fresh,
)  # fmt: skip
"""Inputs (o (N, C), y (N,))."""

"""Binary cross-entropy of C nodes in bits, e = −Σ_i (y_i log₂ o_i + (1 − y_i) log₂(1 − o_i))."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from grader.checking.diagnosis import NOTHING, After, Before, Formula, Inputs, wrong
from grader.checking.draw import Draw

_LN2 = math.log(2)


def _nodes(o: Tensor, y: Tensor) -> Tensor:
    """The loss of each node in bits (N, C)."""
    return -(y * o.log2() + (1 - y) * (1 - o).log2())


def _bits(o: Tensor, y: Tensor) -> Tensor:
    return _nodes(o, y).sum(1)


def _fresh(draw: Draw, _: Tensor, __: Tensor) -> Iterator[Inputs]:
    for rows, nodes in [(4, 3), (1, 5), (6, 2), (3, 3), (5, 1)]:
        yield draw.uniform(0.02, 0.98, rows, nodes), draw.integers(0, 2, rows, nodes).float()


BINARY_MULTI = Formula(
    lambda student, o, y: student.call("binary_cross_entropy_multi", o, y),
    _bits,
    [
        *wrong("multi_in_nats", "The natural logarithm is taken in each node: bits are counted "
               "with log₂.", After(_bits, lambda e: e * _LN2)),
        *wrong("multi_in_log10", "The logarithm of base 10 is taken in each node: bits are counted "
               "with log₂.", After(_bits, lambda e: e * math.log10(2))),
        *wrong("multi_mean_over_nodes", "The mean over the output nodes is taken: their losses are "
               "summed.", lambda o, y: _nodes(o, y).mean(1),
               lambda o, y: _nodes(o, y).mean(1) * _LN2),
        *wrong("multi_per_node", "There is a loss for each node: sum them in each sample.",
               _nodes, lambda o, y: _nodes(o, y) * _LN2),
        *wrong("multi_summed_over_the_batch", "The sum runs over the samples, axis 0: sum over the "
               "nodes of each sample, axis 1.", lambda o, y: _nodes(o, y).sum(0)),
        *wrong("multi_one_sum", "Samples are summed up too: one loss for each sample is asked for.",
               After(_bits, Tensor.sum), lambda o, y: _nodes(o, y).sum() * _LN2),
        *wrong("multi_one_mean", "This is one number, a mean over the samples: one loss for each "
               "sample is asked for.",
               After(_bits, Tensor.mean), lambda o, y: _nodes(o, y).mean(),
               lambda o, y: _bits(o, y).mean() * _LN2, lambda o, y: _nodes(o, y).mean() * _LN2),
        *wrong("multi_without_negatives", "Nodes with y = 0 cost nothing: the term "
               "(1 − y) log₂(1 − o) is missing. Each node is a yes or no of its own.",
               lambda o, y: -(y * o.log2()).sum(1), lambda o, y: -(y * o.log()).sum(1)),
        *wrong("multi_without_positives", "Nodes with y = 1 cost nothing: the term y log₂ o is "
               "missing.", lambda o, y: -((1 - y) * (1 - o).log2()).sum(1)),
        *wrong("minus_forgotten", "The sign is wrong: the loss is minus the logarithm.",
               After(_bits, torch.neg)),
        *wrong("minus_on_one_term", "The minus belongs to both terms: brackets are missing.",
               lambda o, y: (-y * o.log2() + (1 - y) * (1 - o).log2()).sum(1)),
        *wrong("binary_labels_swapped", "y and 1 − y are swapped.",
               Before(_bits, lambda o, y: (o, 1 - y))),
        *wrong("binary_labels_swapped_arguments", "o and y are swapped: the logarithm is taken of "
               "the label.", Before(_bits, lambda o, y: (y, o))),
        *wrong("binary_label_ignored", "Both logarithms are of o, as if every y were 1: the "
               "second one is of 1 − o.",
               lambda o, y: -(y * o.log2() + (1 - y) * o.log2()).sum(1)),
        *wrong("binary_one_outside_the_log", "1 − log₂ o is not log₂(1 − o): the 1 belongs inside "
               "the logarithm.",
               lambda o, y: -(y * o.log2() + (1 - y) * (1 - o.log2())).sum(1)),
        *wrong("multi_first_node", "Only the first node counts: sum over all of them.",
               lambda o, y: _nodes(o, y)[:, 0]),
        *wrong("multi_softmax", "A softmax is applied to o: each node is a probability by itself.",
               Before(_bits, lambda o, y: (o.softmax(1), y))),
        *wrong("binary_sigmoid_again", "A sigmoid is applied to o, a probability already.",
               Before(_bits, lambda o, y: (o.sigmoid(), y))),
        *wrong("binary_squared_error", "This is the squared error, not a logarithm.",
               lambda o, y: ((o - y) ** 2).sum(1)),
        *wrong("multi_extra_axis", "The losses have an extra axis: the shape is (N,).",
               After(_bits, lambda e: e.unsqueeze(1))),
        *wrong("multi_squeezed", "A single sample or node loses its axis: leave out `squeeze()`.",
               After(_bits, Tensor.squeeze)),
        NOTHING,
    ],
    _fresh,
)  # fmt: skip
"""Inputs (o (N, C), y (N, C))."""

"""Whether a model is right for other inputs than those of the file: one hypothesis at a time."""

from collections.abc import Callable, Iterator
from itertools import permutations

import torch
from torch import Tensor

from grader.checking.diagnosis.evidence import RIGHT, Evidence

_FEW = 5
"""Columns whose orders are all tried."""


def of_inputs(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The one change of the inputs (N, D) for which the model is right, if it is proven.

    Another order of the columns counts where nothing else does: of two dozen one may do by luck.
    """
    held_out = evidence.held_out
    if held_out.train is None:
        return
    plain = evidence.accuracy(held_out.inputs)
    if plain >= RIGHT - 0.2:
        return
    proven = [
        (name, sentence)
        for name, sentence, right in _HYPOTHESES
        if right(evidence, held_out.inputs, held_out.train)
    ]
    certain = [each for each in proven if each[0] != "columns_permuted"] or proven
    if len(certain) == 1:
        yield certain[0]


def _scaled(evidence: Evidence, held: Tensor, train: Tensor) -> bool:
    low, high = train.amin(0), train.amax(0)
    scales = [
        (held - train.mean(0)) / train.std(0),
        (held - low) / (high - low),
        held - train.mean(0),
        held * 10,
        held / 10,
    ]
    return any(evidence.accuracy(x) >= RIGHT for x in scales)


def _permuted(evidence: Evidence, held: Tensor, train: Tensor) -> bool:  # noqa: ARG001
    columns = range(held.shape[1])
    orders = [list(order) for order in permutations(columns)] if len(columns) <= _FEW else []
    return any(evidence.accuracy(held[:, order]) >= RIGHT for order in orders)


def _numbered(evidence: Evidence, held: Tensor, train: Tensor) -> bool:
    """Whether a row's number in the file, sorted by class, took the place of its first feature."""
    length = len(train) / evidence.classes
    if evidence.reached < RIGHT:
        return False
    for place in (0.2, 0.5, 0.8):
        number = (evidence.held_out.labels + place) * length
        rows = torch.cat([number.float().unsqueeze(1), held[:, :-1]], 1)
        if evidence.accuracy(rows) < RIGHT:
            return False
    return True


_HYPOTHESES: list[tuple[str, str, Callable[[Evidence, Tensor, Tensor], bool]]] = [
    (
        "scaled_outside",
        "The model is right for features that are shifted or scaled, not for those in the file: "
        "they are changed before training, outside the model. Do it in its forward.",
        _scaled,
    ),
    (
        "columns_permuted",
        "The model is right for the same features in another order: use that of the file.",
        _permuted,
    ),
    (
        "row_number_used",
        "The model is right only where the number of the row comes first and the last feature is "
        "left out: the columns begin one too early.",
        _numbered,
    ),
]

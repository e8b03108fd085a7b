"""One-hot labels, a row with a single 1 for each label, and how they go wrong."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import NOTHING, After, Before, Formula, Inputs, Mistake, wrong
from grader.checking.draw import Draw

_MOST_COLUMNS = 1000
"""Of an answer from which a hard-coded number of classes is taken."""


def _table(y: Tensor, classes: int) -> Tensor:
    return F.one_hot(y, classes).float()


def _into(y: Tensor, classes: int, columns: int) -> Tensor:
    """One-hot rows cut or widened to `columns`, whatever `classes` is asked for."""
    return (y.unsqueeze(1) == torch.arange(columns)).float() if classes else torch.empty(0)


def _counted(got: Any) -> Sequence[Mistake]:
    """A number of columns that comes from the code, not from the caller."""
    if not isinstance(got, Tensor) or got.ndim != 2:
        return ()
    columns = got.shape[1]
    # The shape is the worker's claim: one without rows may name billions of columns.
    if len(got) == 0 or not 0 < columns <= _MOST_COLUMNS:
        return ()
    return wrong(
        "class_count_hard_coded",
        "The number of columns is written in the code: it should be num_classes.",
        lambda y, classes: _into(y, classes, columns),
        lambda y, classes: torch.eye(columns)[y] if classes else None,
    )


def _fresh_labels(draw: Draw, _: Tensor, __: int) -> Iterator[Inputs]:
    for rows, classes in [(6, 5), (1, 3), (4, 4), (9, 7), (7, 2)]:
        y = draw.integers(0, classes, rows)
        yield y, classes
        yield y.clamp(max=max(0, classes - 2)), classes


ONE_HOT = Formula(
    lambda student, y, classes: student.call("one_hot", y, classes),
    _table,
    [
        *wrong(
            "classes_from_the_labels",
            "The number of columns is taken from the largest label: it is num_classes, also where "
            "the last class does not occur.",
            Before(_table, lambda y, _: (y, int(y.max()) + 1)),
        ),
        *wrong(
            "classes_from_distinct_labels",
            "The number of columns is the number of labels that occur: it is num_classes.",
            lambda y, _: _into(y, 1, len(y.unique())),
        ),
        *wrong("one_column_too_many", "There is one column too many.",
                Before(_table, lambda y, c: (y, c + 1))),
        *wrong("one_column_too_few", "There is one column too few: labels count from 0.",
                lambda y, c: _into(y, c, c - 1)),
        *wrong("label_plus_one", "Each one stands a column too far right: labels count from 0.",
                Before(_table, lambda y, c: (y + 1, c)),
                Before(_table, lambda y, c: ((y + 1) % c, c))),
        *wrong("label_minus_one", "Each one stands a column too far left: labels count from 0.",
                Before(_table, lambda y, c: ((y - 1) % c, c))),
        *wrong("one_hot_of_integers", "The table is int64: float32 is asked for, so `.float()`.",
                After(_table, Tensor.long)),
        *wrong("one_hot_of_bools", "The table is boolean: float32 is asked for, so `.float()`.",
                After(_table, Tensor.bool)),
        *wrong("float64_returned", "The table is float64: float32 is asked for.",
                After(_table, Tensor.double)),
        *wrong("batch_of_one_squeezed", "A single label loses its axis: leave out `squeeze()`.",
                After(_table, Tensor.squeeze)),
        *wrong("transposed", "Rows and columns are swapped: one row per label.",
                After(_table, torch.t)),
        *wrong("one_cold", "Zeros and ones are swapped.",
                After(_table, lambda table: 1 - table)),
        *wrong("label_in_the_table", "The label itself stands in the table, where a 1 belongs.",
                lambda y, c: _table(y, c) * y.unsqueeze(1)),
        *wrong("all_zeros", "The table stays zero: scatter and indexing with an underscore or an "
                "`=` write into it.", lambda y, c: torch.zeros(len(y), c)),
        *wrong("every_row_all_labels", "Indexing with `[:, y] = 1` writes every label into every "
                "row: index with the row's number too.",
                lambda y, c: _table(y, c).amax(0).expand(len(y), c).clone()),
        NOTHING,
    ],
    _fresh_labels,
    _counted,
)  # fmt: skip
"""Inputs (y (N,), num_classes)."""

"""From the losses of the rows (N,) to the loss of the batch, and how that goes wrong."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import NOTHING, Inputs, Mistake, both, few, like, wrong
from grader.checking.draw import Draw

Losses = Callable[[Tensor, Tensor], Tensor]
"""Of each row (N,): of logits (N, C) and labels (N,)."""

BATCHES = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 32, 50, 64, 100, 105, 128, 256, 1000)
"""Batch sizes that people write into the code."""

OF_THE_BATCH = (
    "sum_over_the_batch", "mean_over_classes_too", "divided_by_the_classes", "averaged_twice",
    "batch_size_hard_coded", "divided_by_one_row_less", "per_sample_losses", "first_row_only",
    "last_row_only", "part_of_the_batch", "largest_loss", "median_loss", "picks_columns",
    "item_returned", "extra_axis", "gradient_without_one_over_n", "wrong_axis", "log_of_the_mean",
    "batch_maximum", "returns_nothing",
)  # fmt: skip
"""Mistakes that are not made in each row alone."""


def hot(y: Tensor, z: Tensor) -> Tensor:
    """One-hot rows (N, C) of the labels `y`, for a table like `z`."""
    return F.one_hot(y, z.shape[1]).to(z.dtype)


def at(table: Tensor, y: Tensor) -> Tensor:
    """table[n, y_n] for each row n: (N, C), (N,) → (N,)."""
    return table.gather(1, y.unsqueeze(1)).squeeze(1)


def _ratio(got: Any, expected: Any, z: Tensor, _: Tensor) -> str:
    rows = len(z)
    if not isinstance(got, Tensor) or got.numel() != 1 or rows < 2:
        return ""
    return (
        f"Your value is {float(got / expected):.3g} times the expected one, and your batch has "
        f"{rows} rows: "
    )


def fresh_batches(draw: Draw, z: Tensor, _: Tensor) -> Iterator[Inputs]:
    """Logits (N, C) and labels (N,) of several sizes, like the given ones."""
    for rows, classes in [(4, 3), (6, 5), (1, 4), (5, 12), (9, 2)]:
        y = draw.integers(0, classes, rows)
        fresh = like(z, draw, rows, classes)
        small = draw.normal(rows, classes, scale=2, dtype=torch.float64).to(z.dtype)
        yield fresh, y
        yield small, y
        yield fresh - fresh.amax(1, True), y  # cannot overflow, may underflow
        # May overflow, cannot underflow; where numbers are larger, rounding hides what is asked.
        yield small + fresh.amax().clamp(max=1000), y


def _with_gradient_of(source: Tensor, value: Tensor) -> Tensor:
    """`value` with the gradient of `source`."""
    return source - (source - value).detach()


def averaged(losses: Callable[..., Tensor], what: str, task: int) -> list[Mistake]:
    """Wrong averages of losses (N,): what can be wrong after each row's loss is right."""
    return [
        Mistake(
            "sum_over_the_batch",
            f"This is the sum over the batch; the loss is the mean (task {task}).",
            lambda z, y: losses(z, y).sum(),
            evidence=_ratio,
        ),
        *wrong(
            "mean_over_classes_too",
            f"The mean runs over the classes too: sum each row's {what} first, then take the mean "
            "over the batch.",
            lambda z, y: losses(z, y).mean() / z.shape[1],
        ),
        *wrong(
            "divided_by_the_classes",
            "The sum is divided by the number of classes: divide by the number of rows.",
            lambda z, y: losses(z, y).sum() / z.shape[1],
        ),
        *wrong(
            "batch_size_hard_coded",
            "The sum is divided by a number written in the code: divide by the rows of this batch.",
            *(lambda z, y, n=n: losses(z, y).sum() / n for n in BATCHES),
        ),
        *wrong(
            "averaged_twice",
            "The mean is divided by the number of rows once more.",
            lambda z, y: losses(z, y).mean() / len(y),
        ),
        *wrong(
            "divided_by_one_row_less",
            "The sum is divided by N − 1: the mean divides by N.",
            lambda z, y: losses(z, y).sum() / (len(y) - 1),
        ),
        *wrong(
            "per_sample_losses",
            "This is one loss for each row: the loss of the batch is their mean.",
            losses,
            lambda z, y: losses(z, y).unsqueeze(1),
        ),
        *wrong(
            "first_row_only",
            "Only the first row counts: the loss is the mean over all rows.",
            lambda z, y: losses(z, y)[0],
        ),
        *wrong(
            "last_row_only",
            "Only the last row counts: is the sum overwritten in the loop, or returned too early?",
            lambda z, y: losses(z, y)[-1],
            lambda z, y: losses(z, y)[-1] / len(y),
        ),
        *wrong(
            "part_of_the_batch",
            "Only a part of the rows counts: does the loop or the slice begin at 0 and reach the "
            "last row?",
            lambda z, y: losses(z, y)[:-1].mean(),
            lambda z, y: losses(z, y)[1:].mean(),
            lambda z, y: losses(z, y)[:-1].sum() / len(y),
            lambda z, y: losses(z, y)[1:].sum() / len(y),
            lambda z, y: losses(z, y)[: len(y) // 2].mean(),
            lambda z, y: losses(z, y)[::2].mean(),
        ),
        *wrong(
            "minus_forgotten",
            "The sign is wrong: the loss is minus the logarithm.",
            lambda z, y: -losses(z, y).mean(),
        ),
        *wrong(
            "log2_instead_of_ln",
            "This is the loss in bits (log₂): the natural logarithm is asked for here.",
            lambda z, y: losses(z, y).mean() / math.log(2),
        ),
        *wrong(
            "log10_instead_of_ln",
            "This is the loss with log₁₀: the natural logarithm is asked for.",
            lambda z, y: losses(z, y).mean() / math.log(10),
        ),
        *wrong(
            "label_plus_one",
            "Each row is judged by the class after its label: labels count from 0.",
            lambda z, y: losses(z, (y + 1) % z.shape[1]).mean(),
        ),
        *wrong(
            "label_minus_one",
            "Each row is judged by the class before its label: labels count from 0.",
            lambda z, y: losses(z, (y - 1) % z.shape[1]).mean(),
        ),
        *wrong(
            "label_ignored",
            "Each row is judged by its likeliest class, not by its label.",
            lambda z, y: losses(z, z.argmax(1)).mean(),  # noqa: ARG005
        ),
        *wrong(
            "first_class_only",
            "Each row is judged by class 0, whatever its label.",
            lambda z, y: losses(z, y * 0).mean(),
        ),
        *wrong(
            "largest_loss",
            "This is the largest loss of the batch: the mean is asked for.",
            lambda z, y: losses(z, y).max(),
        ),
        *wrong(
            "median_loss",
            "This is the median of the losses: the mean is asked for.",
            lambda z, y: losses(z, y).median(),
        ),
        *wrong(
            "picks_columns",
            "Indexing with `[:, y]` takes whole columns, N×N numbers: each row has its own label, "
            "so index with the row's number too.",
            lambda z, y: torch.stack([losses(z, label.expand(len(y))) for label in y]).mean(),
        ),
        *wrong(
            "always_float32",
            "The loss is float32 whatever comes in: let new tensors follow the dtype of the input.",
            lambda z, y: losses(z.float(), y).mean(),
        ),
        *wrong(
            "float64_returned",
            "The loss is float64 whatever comes in: let new tensors follow the dtype of the input.",
            lambda z, y: losses(z.double(), y).mean(),
        ),
        *wrong(
            "item_returned",
            "A Python number is returned (.item() or float()): return the tensor, so that "
            "gradients can flow.",
            lambda z, y: losses(z, y).mean().item(),
        ),
        *wrong(
            "extra_axis",
            "The loss has an axis of length one: a scalar has the shape ().",
            lambda z, y: losses(z, y).mean().reshape(1),
            lambda z, y: losses(z, y).mean().reshape(1, 1),
        ),
        *wrong(
            "gradient_without_one_over_n",
            "The value is the mean, but its gradient is that of the sum: the factor 1/N is missing "
            "in backward.",
            lambda z, y: _with_gradient_of(losses(z, y).sum(), losses(z, y).mean()),
        ),
        *wrong(
            "detached",
            "The loss is cut off from the logits (detach, .data, .item(), numpy or a new "
            "torch.tensor): no gradient can flow back.",
            lambda z, y: losses(z.detach(), y).mean(),
        ),
        NOTHING,
    ]  # fmt: skip


def in_pairs(
    mistakes: Sequence[Mistake],
    what: str,
    task: int,
    of_batches: Mapping[str, Sequence[Losses]] | None = None,
) -> Callable[[Inputs, Any], Iterator[Mistake]]:
    """A mistake in the losses of the rows together with another one, or with a wrong average.

    `of_batches`: mistakes whose losses (N,) hang on the whole batch, by their names.
    """

    def pairs(_: Inputs, __: Any) -> Iterator[Mistake]:
        by_rows = (
            (m, _row_by_row(m.predict))
            for m in few(mistakes)
            if m.name not in OF_THE_BATCH and m.predict is not None
        )
        first = {m.name: m for m in reversed(mistakes)}
        by_batch = (
            (first[name], losses) for name, all_ in (of_batches or {}).items() for losses in all_
        )
        for row, losses in (*by_rows, *by_batch):
            for other in few(averaged(_Kept(losses), what, task)):
                if other.name not in (row.name, NOTHING.name) and other.predict is not None:
                    yield both(row, other, other.predict)

    return pairs


def _row_by_row(loss: Callable[..., Tensor]) -> Losses:
    """The losses (N,) of a formula that is put to each row alone."""
    return lambda z, y: torch.stack([loss(z[n : n + 1], y[n : n + 1]) for n in range(len(y))])


class _Kept:
    """`losses`, of which some thirty averages are tried: those of the first batch are kept."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._first: tuple[Tensor, Tensor, Tensor] | None = None

    def __call__(self, z: Tensor, y: Tensor) -> Tensor:
        """Of logits z (N, C) and labels y (N,)."""
        if self._first is not None and self._first[0] is z and self._first[1] is y:
            return self._first[2]
        losses = self._losses(z, y)
        self._first = self._first or (z, y, losses)
        return losses

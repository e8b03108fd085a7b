"""Cross-entropy, L = (1/N) Σ −log softmax(z)_y, its one-hot labels, and how they go wrong."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis.mistake import NOTHING, Formula, Inputs, Mistake, like
from grader.checking.draw import Draw

EPSILONS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-20, 1e-30)
"""What people add inside a logarithm."""


def _found(name: str, sentence: str, *formulas: Callable[..., Any]) -> list[Mistake]:
    return [Mistake(name, sentence, formula) for formula in formulas]


def _hot(y: Tensor, z: Tensor) -> Tensor:
    return F.one_hot(y, z.shape[1]).to(z.dtype)


def _at(table: Tensor, y: Tensor) -> Tensor:
    """table[n, y_n] for each row n: (N, C), (N,) → (N,)."""
    return table.gather(1, y.unsqueeze(1)).squeeze(1)


def _log_p(z: Tensor) -> Tensor:
    return z.log_softmax(1)


def _losses(z: Tensor, y: Tensor) -> Tensor:
    """−log softmax(z)_y of each row (N,)."""
    return -_at(_log_p(z), y)


def _ratio(got: Any, expected: Any, z: Tensor, _: Tensor) -> str:
    rows = len(z)
    if not isinstance(got, Tensor) or got.numel() != 1 or rows < 2:
        return ""
    return (
        f"Your value is {float(got / expected):.3g} times the expected one, and your batch has "
        f"{rows} rows: "
    )


def _over_all(p: Tensor, y: Tensor) -> Tensor:
    """The lecture's error of c output nodes: every node as a binary problem, summed over them."""
    hot = _hot(y, p)
    return -(hot * p.log() + (1 - hot) * (1 - p).log()).sum(1)


def _fresh(draw: Draw, z: Tensor, _: Tensor) -> Iterator[Inputs]:
    for rows, classes in [(4, 3), (6, 5), (1, 4), (5, 12), (9, 2)]:
        y = draw.integers(0, classes, rows)
        fresh = like(z, draw, rows, classes)
        small = draw.normal(rows, classes, scale=2, dtype=torch.float64).to(z.dtype)
        yield fresh, y
        yield small, y
        yield fresh - fresh.amax(1, True), y  # cannot overflow, may underflow
        yield small + fresh.amax(), y  # may overflow, cannot underflow


def _averaged(losses: Callable[..., Tensor], what: str, task: int) -> list[Mistake]:
    """Wrong averages of losses (N,): what can be wrong after each row's loss is right."""
    return [
        Mistake(
            "sum_over_the_batch",
            f"This is the sum over the batch; the loss is the mean (task {task}).",
            lambda z, y: losses(z, y).sum(),
            evidence=_ratio,
        ),
        *_found(
            "mean_over_classes_too",
            f"The mean runs over the classes too: sum each row's {what} first, then take the mean "
            "over the batch.",
            lambda z, y: losses(z, y).mean() / z.shape[1],
        ),
        *_found(
            "divided_by_the_classes",
            "The sum is divided by the number of classes: divide by the number of rows.",
            lambda z, y: losses(z, y).sum() / z.shape[1],
        ),
        *_found(
            "averaged_twice",
            "The mean is divided by the number of rows once more.",
            lambda z, y: losses(z, y).mean() / len(y),
        ),
        *_found(
            "divided_by_one_row_less",
            "The sum is divided by N − 1: the mean divides by N.",
            lambda z, y: losses(z, y).sum() / (len(y) - 1),
        ),
        *_found(
            "per_sample_losses",
            "This is one loss for each row: the loss of the batch is their mean.",
            losses,
            lambda z, y: losses(z, y).unsqueeze(1),
        ),
        *_found(
            "first_row_only",
            "Only the first row counts: the loss is the mean over all rows.",
            lambda z, y: losses(z, y)[0],
        ),
        *_found(
            "last_row_only",
            "Only the last row counts: is the sum overwritten in the loop, or returned too early?",
            lambda z, y: losses(z, y)[-1],
            lambda z, y: losses(z, y)[-1] / len(y),
        ),
        *_found(
            "minus_forgotten",
            "The sign is wrong: the loss is minus the logarithm.",
            lambda z, y: -losses(z, y).mean(),
        ),
        *_found(
            "log2_instead_of_ln",
            "This is the loss in bits (log₂): the natural logarithm is asked for here.",
            lambda z, y: losses(z, y).mean() / math.log(2),
        ),
        *_found(
            "log10_instead_of_ln",
            "This is the loss with log₁₀: the natural logarithm is asked for.",
            lambda z, y: losses(z, y).mean() / math.log(10),
        ),
        *_found(
            "label_plus_one",
            "Each row is judged by the class after its label: labels count from 0.",
            lambda z, y: losses(z, (y + 1) % z.shape[1]).mean(),
        ),
        *_found(
            "label_minus_one",
            "Each row is judged by the class before its label: labels count from 0.",
            lambda z, y: losses(z, (y - 1) % z.shape[1]).mean(),
        ),
        *_found(
            "label_ignored",
            "Each row is judged by its likeliest class, not by its label.",
            lambda z, y: losses(z, z.argmax(1)).mean(),  # noqa: ARG005
        ),
        *_found(
            "first_class_only",
            "Each row is judged by class 0, whatever its label.",
            lambda z, y: losses(z, y * 0).mean(),
        ),
        *_found(
            "largest_loss",
            "This is the largest loss of the batch: the mean is asked for.",
            lambda z, y: losses(z, y).max(),
        ),
        *_found(
            "median_loss",
            "This is the median of the losses: the mean is asked for.",
            lambda z, y: losses(z, y).median(),
        ),
        *_found(
            "picks_columns",
            "Indexing with `[:, y]` takes whole columns, N×N numbers: each row has its own label, "
            "so index with the row's number too.",
            lambda z, y: torch.stack([losses(z, label.expand(len(y))) for label in y]).mean(),
        ),
        *_found(
            "always_float32",
            "The loss is float32 whatever comes in: let new tensors follow the dtype of the input.",
            lambda z, y: losses(z.float(), y).mean(),
        ),
        *_found(
            "float64_returned",
            "The loss is float64 whatever comes in: let new tensors follow the dtype of the input.",
            lambda z, y: losses(z.double(), y).mean(),
        ),
        *_found(
            "item_returned",
            "A Python number is returned (.item() or float()): return the tensor, so that "
            "gradients can flow.",
            lambda z, y: losses(z, y).mean().item(),
        ),
        *_found(
            "extra_axis",
            "The loss has an axis of length one: a scalar has the shape ().",
            lambda z, y: losses(z, y).mean().reshape(1),
            lambda z, y: losses(z, y).mean().reshape(1, 1),
        ),
        *_found(
            "detached",
            "The loss is cut off from the logits (detach, .data, .item(), numpy or a new "
            "torch.tensor): no gradient can flow back.",
            lambda z, y: losses(z.detach(), y).mean(),
        ),
        NOTHING,
    ]  # fmt: skip


CROSS_ENTROPY = Formula(
    lambda student, z, y: student.call("cross_entropy", z, y),
    F.cross_entropy,
    [
        *_averaged(_losses, "−y log p", 2),
        *_found(
            "wrong_axis",
            "The softmax runs over the batch (dim=0): the classes of a row are axis 1.",
            lambda z, y: -_at(z.log_softmax(0), y).mean(),
        ),
        *_found(
            "double_softmax",
            "Softmax is applied twice: cross_entropy takes logits and applies it once.",
            lambda z, y: _losses(z.softmax(1), y).mean(),
        ),
        *_found(
            "softmax_missing",
            "The softmax is missing: these logits are averaged as if they were log-probabilities.",
            lambda z, y: -_at(z, y).mean(),
        ),
        *_found(
            "logits_as_probabilities",
            "The logarithm is taken of the logits: turn them into probabilities by softmax first.",
            lambda z, y: -_at(z, y).log().mean(),
            lambda z, y: (_hot(y, z) * -z.log()).sum(1).mean(),
        ),
        *_found(
            "log_missing",
            "The logarithm is missing: this is minus the mean probability of the labels.",
            lambda z, y: -_at(z.softmax(1), y).mean(),
        ),
        *_found(
            "one_minus_probability",
            "This is one minus the label's probability: the loss is minus its logarithm.",
            lambda z, y: (1 - _at(z.softmax(1), y)).mean(),
        ),
        *_found(
            "log_of_the_mean",
            "The logarithm is taken after the mean: take it in each row, then the mean.",
            lambda z, y: -_at(z.softmax(1), y).mean().log(),
        ),
        *_found(
            "sigmoid_for_softmax",
            "The probabilities are sigmoids of single logits: softmax divides by the row's sum.",
            lambda z, y: -F.logsigmoid(_at(z, y)).mean(),
        ),
        *_found(
            "sum_of_exponentials_forgotten_log",
            "The sum of exponentials enters without its logarithm: log softmax(z) = z − log Σ eᶻ.",
            lambda z, y: (z.exp().sum(1) - _at(z, y)).mean(),
        ),
        *_found(
            "maximum_not_added_back",
            "The maximum is subtracted inside the log-sum-exp, but not accounted for outside.",
            lambda z, y: ((z - z.amax(1, True)).exp().sum(1).log() - _at(z, y)).mean(),
        ),
        *_found(
            "squared_error",
            "This is the squared error of the probabilities: cross-entropy takes the logarithm of "
            "the label's.",
            lambda z, y: ((z.softmax(1) - _hot(y, z)) ** 2).sum(1).mean(),
            lambda z, y: ((z.softmax(1) - _hot(y, z)) ** 2).mean(),
        ),
        *_found(
            "binary_over_all_nodes",
            "Every class is treated as a binary problem, with (1 − y) log(1 − p) added: with "
            "softmax only the label's node counts.",
            lambda z, y: _over_all(z.softmax(1), y).mean(),
            lambda z, y: _over_all(z.softmax(1), y).mean() / z.shape[1],
            lambda z, y: _over_all(z.sigmoid(), y).mean(),
            lambda z, y: _over_all(z.sigmoid(), y).mean() / z.shape[1],
        ),
        *_found(
            "entropy_of_the_prediction",
            "This is the entropy of the prediction, −Σ p log p: the label has to weigh the "
            "logarithms.",
            lambda z, y: -(z.softmax(1) * _log_p(z)).sum(1).mean(),  # noqa: ARG005
        ),
        *_found(
            "all_classes_summed",
            "The logarithms of all classes are summed: only the label's counts.",
            lambda z, y: -_log_p(z).sum(1).mean(),  # noqa: ARG005
            lambda z, y: -_log_p(z).mean(),  # noqa: ARG005
        ),
        *_found(
            "log_of_softmax",
            "softmax rounds a tiny probability to 0, and log(0) is −inf: take log and exp "
            "together, as z − logsumexp(z).",
            lambda z, y: -_at(z.softmax(1).log(), y).mean(),
            lambda z, y: (_hot(y, z) * -z.softmax(1).log()).sum(1).mean(),
        ),
        *_found(
            "capped_probability",
            "A small number added inside the logarithm, or a clamp, hides the zero: it caps the "
            "loss of a confident mistake and its gradient. Take log and exp together, as "
            "z − logsumexp(z).",
            *(lambda z, y, e=e: -(_at(z.softmax(1), y) + e).log().mean() for e in EPSILONS),
            *(lambda z, y, e=e: -_at(z.softmax(1), y).clamp(min=e).log().mean() for e in EPSILONS),
            *(lambda z, y, e=e: -_at(z.softmax(1), y).clamp(e, 1 - e).log().mean()
              for e in EPSILONS[:6]),
        ),
        *_found(
            "no_max_shift",
            "exp is taken of the logits as they are and overflows: subtract the row's largest "
            "logit first, or use logsumexp.",
            lambda z, y: (z.exp().sum(1).log() - _at(z, y)).mean(),
            lambda z, y: -_at(z.exp() / z.exp().sum(1, True), y).log().mean(),
            lambda z, y: (_hot(y, z) * -(z.exp() / z.exp().sum(1, True)).log()).sum(1).mean(),
            lambda z, y: (_hot(y, z) * (z.exp().sum(1, True).log() - z)).sum(1).mean(),
        ),
    ],
    _fresh,
)  # fmt: skip
"""Inputs (logits (N, C), y (N,))."""

CROSS_ENTROPY_GRADIENT = CROSS_ENTROPY.gradient("cross_entropy")
"""Inputs (logits, y, cotangent ())."""


def _picked(log_p: Tensor, y: Tensor) -> Tensor:
    return -_at(log_p, y)


def _fresh_log_p(draw: Draw, log_p: Tensor, y: Tensor) -> Iterator[Inputs]:
    for z, labels in _fresh(draw, torch.full((1, 1), 4.0, dtype=log_p.dtype), y):
        yield _log_p(z), labels


NLL = Formula(
    lambda student, log_p, y: student.call("nll_loss", log_p, y),
    F.nll_loss,
    [
        *_averaged(_picked, "−y log p", 3),
        *_found(
            "nll_takes_the_log_again",
            "The logarithm is taken again: the input is log-probabilities already.",
            lambda log_p, y: -_at(log_p, y).log().mean(),
            lambda log_p, y: (-log_p.log() * _hot(y, log_p)).sum(1).mean(),
        ),
        *_found(
            "nll_of_probabilities",
            "The input is turned back into probabilities: it is what is to be averaged as it is.",
            lambda log_p, y: -_at(log_p.exp(), y).mean(),
        ),
        *_found(
            "all_classes_summed",
            "The logarithms of all classes are summed: only the label's counts.",
            lambda log_p, y: -log_p.sum(1).mean(),  # noqa: ARG005
            lambda log_p, y: -log_p.mean(),  # noqa: ARG005
        ),
    ],
    _fresh_log_p,
)
"""Inputs (log-probabilities (N, C), y (N,))."""


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
    return _found(
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
        *_found(
            "classes_from_the_labels",
            "The number of columns is taken from the largest label: it is num_classes, also where "
            "the last class does not occur.",
            lambda y, _: _table(y, int(y.max()) + 1),
        ),
        *_found(
            "classes_from_distinct_labels",
            "The number of columns is the number of labels that occur: it is num_classes.",
            lambda y, _: _into(y, 1, len(y.unique())),
        ),
        *_found("one_column_too_many", "There is one column too many.",
                lambda y, c: _table(y, c + 1)),
        *_found("one_column_too_few", "There is one column too few: labels count from 0.",
                lambda y, c: _into(y, c, c - 1)),
        *_found("label_plus_one", "Each one stands a column too far right: labels count from 0.",
                lambda y, c: _table(y + 1, c), lambda y, c: _table((y + 1) % c, c)),
        *_found("label_minus_one", "Each one stands a column too far left: labels count from 0.",
                lambda y, c: _table((y - 1) % c, c)),
        *_found("one_hot_of_integers", "The table is int64: float32 is asked for, so `.float()`.",
                lambda y, c: _table(y, c).long()),
        *_found("one_hot_of_bools", "The table is boolean: float32 is asked for, so `.float()`.",
                lambda y, c: _table(y, c).bool()),
        *_found("float64_returned", "The table is float64: float32 is asked for.",
                lambda y, c: _table(y, c).double()),
        *_found("batch_of_one_squeezed", "A single label loses its axis: leave out `squeeze()`.",
                lambda y, c: _table(y, c).squeeze()),
        *_found("transposed", "Rows and columns are exchanged: one row per label.",
                lambda y, c: _table(y, c).T),
        *_found("one_cold", "Zeros and ones are exchanged.", lambda y, c: 1 - _table(y, c)),
        *_found("label_in_the_table", "The label itself stands in the table, where a 1 belongs.",
                lambda y, c: _table(y, c) * y.unsqueeze(1)),
        *_found("all_zeros", "The table stays zero: scatter and indexing with an underscore or an "
                "`=` write into it.", lambda y, c: torch.zeros(len(y), c)),
        *_found("every_row_all_labels", "Indexing with `[:, y] = 1` writes every label into every "
                "row: index with the row's number too.",
                lambda y, c: _table(y, c).amax(0).expand(len(y), c).clone()),
        NOTHING,
    ],
    _fresh_labels,
    _counted,
)  # fmt: skip
"""Inputs (y (N,), num_classes)."""

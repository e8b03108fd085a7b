"""Softmax, P(class = i) = exp(z_i) / Σ_j exp(z_j), and how it goes wrong."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checking.diagnosis.mistake import NOTHING, Formula, Inputs, Mistake, like
from grader.checking.draw import Draw
from grader.checking.student import Student
from grader.hidden.softmax.pairs import in_pairs, over


def _e(z: Tensor, dim: int) -> Tensor:
    """exp(z − max z): the numerator that cannot overflow."""
    return (z - z.amax(dim, keepdim=True)).exp()


def _lowest(z: Tensor, dim: int) -> Tensor:
    return z.amin(dim, keepdim=True)


def _highest(z: Tensor, dim: int) -> Tensor:
    return z.amax(dim, keepdim=True)


def _mean(z: Tensor, dim: int) -> Tensor:
    return z.mean(dim, keepdim=True)


def _divided(e: Tensor, dim: int) -> Tensor:
    return e / e.sum(dim, keepdim=True)


def _standardised(z: Tensor, dim: int, correction: int) -> Tensor:
    return (z - z.mean(dim, True)) / z.var(
        dim, correction=min(correction, z.shape[dim] - 1), keepdim=True
    ).sqrt()


def _right(z: Tensor, dim: int | None) -> Tensor:
    return torch.softmax(z, over(dim))


def _ask(student: Student, z: Tensor, dim: int | None) -> Any:
    return student.call("softmax", z) if dim is None else student.call("softmax", z, dim=dim)


def _fresh(draw: Draw, z: Tensor, dim: int | None) -> Iterator[Inputs]:
    for shape in [(3, 5), (4, 4), (2, 3, 4), (6,), (1, 12)]:
        # Whether only the default is wrong shows where `dim` is named.
        axes = [*([None] if dim is None else []), *range(len(shape))]
        for axis in axes:
            yield like(z, draw, *shape), axis
            yield draw.normal(*shape, scale=2, dtype=torch.float64).to(z.dtype), axis


def _mistakes() -> list[Mistake]:
    """Every mistake as a formula of (z, dim)."""

    def wrong(name: str, sentence: str, *formulas: Any) -> list[Mistake]:
        return [Mistake(name, sentence, lambda z, dim, f=f: f(z, over(dim))) for f in formulas]

    return [
        *(
            Mistake(
                "default_axis",
                f"Without `dim`, axis {axis} is used: the default is −1, the last one.",
                lambda z, dim, axis=axis: torch.softmax(z, axis if dim is None else dim),
            )
            for axis in (0, 1)
        ),
        *wrong(
            "wrong_axis",
            "The sum runs over axis 0, whatever `dim` says: pass `dim` on to sum and amax.",
            lambda z, _: torch.softmax(z, 0),
            lambda z, d: _e(z, d) / _e(z, d).sum(0, keepdim=True),
        ),
        *wrong(
            "ignores_dim",
            "The sum always runs over the last axis; `dim` is not used.",
            lambda z, _: torch.softmax(z, -1),
            lambda z, d: _e(z, d) / _e(z, d).sum(-1, keepdim=True),
            lambda z, _: (z - z.max()).exp() / (z - z.max()).exp().sum(-1, keepdim=True),
        ),
        *wrong(
            "axis_one",
            "The sum always runs over axis 1; `dim` is not used.",
            lambda z, _: torch.softmax(z, 1),
            lambda z, d: _e(z, d) / _e(z, d).sum(1, keepdim=True),
        ),
        *wrong(
            "keepdim_forgotten",
            "`keepdim=True` is missing in a sum or maximum: without it the number of a row is "
            "spread over a column, or does not fit at all.",
            lambda z, d: _e(z, d) / _e(z, d).sum(d),
            lambda z, d: z.exp() / z.exp().sum(d),
            lambda z, d: (z - z.max()).exp() / (z - z.max()).exp().sum(d),
            lambda z, d: _divided((z - z.amax(d)).exp(), d),
            lambda z, d: (z - z.amax(d)).exp() / (z - z.amax(d)).exp().sum(d),
        ),
        *wrong(
            "sums_over_everything",
            "The sum runs over the whole tensor, not over `dim`: all the numbers together sum to "
            "one, not each row.",
            lambda z, _: (z - z.max()).exp() / (z - z.max()).exp().sum(),
            lambda z, _: z.exp() / z.exp().sum(),
            lambda z, d: _e(z, d) / _e(z, d).sum(),
        ),
        *wrong(
            "no_max_shift",
            "exp is taken of the logits as they are and overflows: subtract the row's largest "
            "logit first, which changes nothing in the quotient.",
            lambda z, d: _divided(z.exp(), d),
            lambda z, d: (z - z.exp().sum(d, keepdim=True).log()).exp(),
            lambda z, d: torch.where(z.exp().isinf(), z.exp(), _divided(z.exp(), d)),
        ),
        *wrong(
            "mean_shift",
            "The mean is subtracted before exp; a logit far above the mean still overflows. "
            "Subtract the maximum.",
            lambda z, d: _divided((z - z.mean(d, keepdim=True)).exp(), d),
        ),
        *wrong(
            "min_shift",
            "The minimum is subtracted before exp, which makes overflow worse. Subtract the "
            "maximum.",
            lambda z, d: _divided((z - z.amin(d, keepdim=True)).exp(), d),
        ),
        *wrong(
            "global_max_shift",
            "The largest logit of the whole tensor is subtracted: in rows far below it every exp "
            "becomes 0, and 0/0 is NaN. Subtract each row's own maximum.",
            lambda z, d: _divided((z - z.max()).exp(), d),
        ),
        *wrong(
            "shift_over_the_last_axis",
            "The maximum is taken over the last axis, not over `dim`.",
            lambda z, d: _divided((z - z.amax(-1, keepdim=True)).exp(), d),
        ),
        *wrong(
            "shift_over_axis_zero",
            "The maximum is taken over axis 0, not over `dim`.",
            lambda z, d: _divided((z - z.amax(0, keepdim=True)).exp(), d),
        ),
        *wrong(
            "clamped_logits",
            "The logits are clamped before exp: differences beyond the limits are lost. Subtract "
            "the maximum instead.",
            *(
                lambda z, d, c=c: _divided(z.clamp(-c, c).exp(), d)
                for c in (10, 20, 30, 40, 50, 60, 70, 80, 85, 88)
            ),
            *(
                lambda z, d, c=c: _divided(z.clamp(max=c).exp(), d)
                for c in (10, 20, 30, 50, 80, 88)
            ),
        ),
        *wrong(
            "infinities_replaced",
            "Infinite or NaN values are replaced by other numbers, which hides the overflow: "
            "subtract the maximum before exp.",
            lambda z, d: _divided(z.exp(), d).nan_to_num(),
            lambda z, d: _divided(z.exp().nan_to_num(), d),
            *(lambda z, d, r=r: _divided(z.exp(), d).nan_to_num(r, r, r) for r in (1.0, 0.5)),
            *(lambda z, d, r=r: _divided(z.exp().clamp(max=r), d) for r in (1e10, 1e30, 1e38)),
        ),
        *wrong(
            "logits_normalised",
            "The logits are normalised before exp: softmax takes them as they are.",
            lambda z, d: torch.softmax(z / z.norm(dim=d, keepdim=True), d),
            lambda z, d: torch.softmax(z / z.sum(d, keepdim=True), d),
            lambda z, d: torch.softmax(z / z.amax(d, keepdim=True), d),
            *(lambda z, d, k=k: torch.softmax(_standardised(z, d, k), d) for k in (0, 1)),
        ),
        *wrong(
            "base_two",
            "The powers are powers of 2: softmax uses e, so exp.",
            lambda z, d: _divided(2 ** (z - z.amax(d, keepdim=True)), d),
            lambda z, d: _divided(2**z, d),
        ),
        *wrong(
            "base_ten",
            "The powers are powers of 10: softmax uses e, so exp.",
            lambda z, d: _divided(10 ** (z - z.amax(d, keepdim=True)), d),
            lambda z, d: _divided(10**z, d),
        ),
        *wrong(
            "minus_in_the_exponent",
            "The exponent has the wrong sign: the smallest logit gets the largest probability.",
            lambda z, d: torch.softmax(-z, d),
        ),
        *wrong(
            "double_softmax",
            "Softmax is applied twice: the second one flattens the probabilities.",
            lambda z, d: torch.softmax(torch.softmax(z, d), d),
        ),
        *wrong(
            "log_probabilities",
            "These are logarithms of the probabilities: take exp, or do not take the log.",
            lambda z, d: torch.log_softmax(z, d),
        ),
        *wrong(
            "not_divided",
            "The exponentials are not divided by their sum.",
            _e,
            lambda z, _: z.exp(),
            lambda z, _: (z - z.max()).exp(),
        ),
        *wrong(
            "divided_by_the_mean",
            "The exponentials are divided by their mean: divide by their sum.",
            lambda z, d: _e(z, d) / _e(z, d).mean(d, keepdim=True),
        ),
        *wrong(
            "no_exponential",
            "The logits themselves are divided by their sum: exp is missing.",
            lambda z, d: z / z.sum(d, keepdim=True),
            lambda z, d: z.abs() / z.abs().sum(d, keepdim=True),
            lambda z, d: z.relu() / z.relu().sum(d, keepdim=True),
            *(lambda z, d, s=s: _divided(z - s(z, d), d) for s in (_lowest, _highest, _mean)),
        ),
        *wrong(
            "squares",
            "Squares are divided by their sum: softmax takes exponentials.",
            lambda z, d: _divided(z**2, d),
        ),
        *wrong(
            "sigmoid",
            "This is the sigmoid of each logit by itself: softmax compares the logits of a row.",
            lambda z, _: torch.sigmoid(z),
        ),
        *wrong(
            "sigmoid_normalised",
            "The sigmoid of each logit is divided by their sum: softmax divides exp(z).",
            lambda z, d: _divided(torch.sigmoid(z), d),
        ),
        *wrong(
            "scaled_to_one",
            "The logits are scaled to lie between 0 and 1: softmax takes exponentials.",
            lambda z, d: (z - _lowest(z, d)) / (_highest(z, d) - _lowest(z, d)),
            lambda z, d: z / _highest(z, d),
        ),
        *wrong(
            "temperature",
            "The logits are divided by the root of their number, or by a temperature: softmax "
            "takes them as they are.",
            lambda z, d: torch.softmax(z / z.shape[d] ** 0.5, d),
            *(lambda z, d, t=t: torch.softmax(z / t, d) for t in (0.1, 0.5, 2.0, 10.0)),
        ),
        *wrong(
            "epsilon_in_denominator",
            "A small number is added to the sum: the probabilities no longer sum to one. After the "
            "maximum is subtracted the sum is at least 1 and needs no help.",
            *(
                lambda z, d, e=e: _e(z, d) / (_e(z, d).sum(d, keepdim=True) + e)
                for e in (1e-1, 1e-2, 1e-3, 1e-4)
            ),
            *(
                lambda z, d, e=e: z.exp() / (z.exp().sum(d, keepdim=True) + e)
                for e in (1e-1, 1e-2, 1e-3, 1e-4)
            ),
        ),
        *wrong(
            "argmax_one_hot",
            "This is the hard maximum, 1 for the largest logit and 0 elsewhere; softmax tells how "
            "likely each is.",
            lambda z, d: (z == z.amax(d, keepdim=True)).to(z.dtype),
        ),
        *wrong(
            "rounded",
            "The probabilities are rounded: leave them as they are, printing rounds for you.",
            *(lambda z, d, n=n: torch.softmax(z, d).round(decimals=n) for n in (1, 2, 3, 4)),
        ),
        *wrong(
            "uniform",
            "Every class gets the same probability: the answer does not depend on the logits.",
            lambda z, d: torch.full_like(z, 1 / z.shape[d]),
        ),
        *wrong(
            "class_count_hard_coded",
            "The sum takes a fixed number of classes, written in the code: sum over `dim`, however "
            "long it is.",
            *(
                lambda z, d, n=n: _e(z, d) / _e(z, d).narrow(d, 0, min(n, z.shape[d])).sum(d, True)
                for n in (1, 2, 3, 4, 10)
            ),
        ),
        *wrong(
            "always_float32",
            "The result is float32 whatever comes in: do not convert, and let new tensors follow "
            "the dtype of z.",
            lambda z, d: torch.softmax(z.float(), d),
        ),
        *wrong(
            "float64_returned",
            "The result is float64 whatever comes in: do not convert, and let new tensors follow "
            "the dtype of z.",
            lambda z, d: torch.softmax(z.double(), d),
        ),
        *wrong(
            "squeezed",
            "An axis of length one has been dropped: `keepdim=True` in the sums, no squeeze.",
            lambda z, d: torch.softmax(z, d).squeeze(),
        ),
        *wrong(
            "detached",
            "The result is cut off from the input (detach, .data, .item(), numpy or a new "
            "torch.tensor): no gradient can flow back.",
            lambda z, d: torch.softmax(z.detach(), d),
        ),
        *wrong(
            "detached_denominator",
            "The sum is cut off from the graph (detach, .item() or no_grad): its part of the "
            "gradient is missing.",
            lambda z, d: _e(z, d) / _e(z, d).sum(d, keepdim=True).detach(),
        ),
        *wrong(
            "detached_numerator",
            "The numerator is cut off from the graph: its part of the gradient is missing.",
            lambda z, d: _e(z, d).detach() / _e(z, d).sum(d, keepdim=True),
        ),
        NOTHING,
    ]


_MISTAKES = _mistakes()

SOFTMAX = Formula(_ask, _right, _MISTAKES, _fresh, pairs=partial(in_pairs, _MISTAKES))
"""Inputs (z, dim), dim None where the caller names none."""

SOFTMAX_GRADIENT = SOFTMAX.gradient("softmax")
"""Inputs (z, dim, cotangent)."""

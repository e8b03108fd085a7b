"""Softmax, P(class = i) = exp(z_i) / Σ_j exp(z_j), and how it goes wrong."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from grader.checking.diagnosis import NOTHING, After, Formula, Inputs, Mistake, like
from grader.checking.draw import Draw
from grader.checking.student import Student
from grader.hidden.softmax.overflow import OVERFLOWS
from grader.hidden.softmax.parts import (
    along,
    divided,
    e_of,
    highest,
    lowest,
    mean,
    put_to,
    right,
    standardised,
    wrong,
)


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
    return [
        *OVERFLOWS,
        *(
            Mistake(
                "default_axis",
                f"Without `dim`, axis {axis} is used: the default is −1, the last one.",
                along(lambda dim, axis=axis: axis if dim is None else dim),
            )
            for axis in (0, 1)
        ),
        *wrong(
            "wrong_axis",
            "The sum runs over axis 0, whatever `dim` says: pass `dim` on to sum and amax.",
            along(lambda _: 0),
            lambda z, d: e_of(z, d) / e_of(z, d).sum(0, keepdim=True),
        ),
        *wrong(
            "ignores_dim",
            "The sum always runs over the last axis; `dim` is not used.",
            along(lambda _: -1),
            lambda z, d: e_of(z, d) / e_of(z, d).sum(-1, keepdim=True),
            lambda z, _: (z - z.max()).exp() / (z - z.max()).exp().sum(-1, keepdim=True),
        ),
        *wrong(
            "axis_one",
            "The sum always runs over axis 1; `dim` is not used.",
            along(lambda _: 1),
            lambda z, d: e_of(z, d) / e_of(z, d).sum(1, keepdim=True),
        ),
        *wrong(
            "keepdim_forgotten",
            "`keepdim=True` is missing in a sum or maximum: without it the number of a row is "
            "spread over a column, or does not fit at all.",
            lambda z, d: e_of(z, d) / e_of(z, d).sum(d),
            lambda z, d: z.exp() / z.exp().sum(d),
            lambda z, d: (z - z.max()).exp() / (z - z.max()).exp().sum(d),
            lambda z, d: divided((z - z.amax(d)).exp(), d),
            lambda z, d: (z - z.amax(d)).exp() / (z - z.amax(d)).exp().sum(d),
        ),
        *wrong(
            "sums_over_everything",
            "The sum runs over the whole tensor, not over `dim`: all the numbers together sum to "
            "one, not each row.",
            lambda z, _: (z - z.max()).exp() / (z - z.max()).exp().sum(),
            lambda z, _: z.exp() / z.exp().sum(),
            lambda z, d: e_of(z, d) / e_of(z, d).sum(),
        ),
        *wrong(
            "logits_normalised",
            "The logits are normalised before exp: softmax takes them as they are.",
            put_to(lambda z, d: z / z.norm(dim=d, keepdim=True)),
            put_to(lambda z, d: z / z.sum(d, keepdim=True)),
            put_to(lambda z, d: z / z.amax(d, keepdim=True)),
            *(put_to(lambda z, d, k=k: standardised(z, d, k)) for k in (0, 1)),
        ),
        *wrong(
            "base_two",
            "The powers are powers of 2: softmax uses e, so exp.",
            lambda z, d: divided(2 ** (z - z.amax(d, keepdim=True)), d),
            lambda z, d: divided(2**z, d),
        ),
        *wrong(
            "base_ten",
            "The powers are powers of 10: softmax uses e, so exp.",
            lambda z, d: divided(10 ** (z - z.amax(d, keepdim=True)), d),
            lambda z, d: divided(10**z, d),
        ),
        *wrong(
            "minus_in_the_exponent",
            "The exponent has the wrong sign: the smallest logit gets the largest probability.",
            put_to(lambda z, _: -z),
        ),
        *wrong(
            "double_softmax",
            "Softmax is applied twice: the second one flattens the probabilities.",
            put_to(torch.softmax),
        ),
        *wrong(
            "exp_twice",
            "The exponential is taken twice: exp(exp(z)).",
            put_to(e_of),
            put_to(lambda z, _: z.exp()),
        ),
        *wrong(
            "log_probabilities",
            "These are logarithms of the probabilities: take exp, or do not take the log.",
            lambda z, d: torch.log_softmax(z, d),
        ),
        *wrong(
            "not_divided",
            "The exponentials are not divided by their sum.",
            e_of,
            lambda z, _: z.exp(),
            lambda z, _: (z - z.max()).exp(),
        ),
        *wrong(
            "divided_by_the_mean",
            "The exponentials are divided by their mean: divide by their sum.",
            lambda z, d: e_of(z, d) / e_of(z, d).mean(d, keepdim=True),
        ),
        *wrong(
            "divided_by_the_norm",
            "The exponentials are divided by their length (the root of the sum of their squares, "
            "which F.normalize takes unless p=1): divide by their sum.",
            lambda z, d: e_of(z, d) / e_of(z, d).norm(dim=d, keepdim=True),
            lambda z, d: z.exp() / z.exp().norm(dim=d, keepdim=True),
        ),
        *wrong(
            "divided_by_the_product",
            "The exponentials are divided by their product: divide by their sum.",
            lambda z, d: z.exp() / z.exp().prod(d, keepdim=True),
            lambda z, d: e_of(z, d) / e_of(z, d).prod(d, keepdim=True),
        ),
        *wrong(
            "root_of_the_sum",
            "The exponentials are divided by the root of their sum: divide by the sum.",
            lambda z, d: e_of(z, d) / e_of(z, d).sum(d, keepdim=True).sqrt(),
            lambda z, d: z.exp() / z.exp().sum(d, keepdim=True).sqrt(),
        ),
        *wrong(
            "no_exponential",
            "The logits themselves are divided by their sum: exp is missing.",
            lambda z, d: z / z.sum(d, keepdim=True),
            lambda z, d: z.abs() / z.abs().sum(d, keepdim=True),
            lambda z, d: z.relu() / z.relu().sum(d, keepdim=True),
            *(lambda z, d, s=s: divided(z - s(z, d), d) for s in (lowest, highest, mean)),
        ),
        *wrong(
            "squares",
            "Squares are divided by their sum: softmax takes exponentials.",
            lambda z, d: divided(z**2, d),
        ),
        *wrong(
            "sigmoid",
            "This is the sigmoid of each logit by itself: softmax compares the logits of a row.",
            lambda z, _: torch.sigmoid(z),
        ),
        *wrong(
            "sigmoid_normalised",
            "The sigmoid of each logit is divided by their sum: softmax divides exp(z).",
            lambda z, d: divided(torch.sigmoid(z), d),
        ),
        *wrong(
            "scaled_to_one",
            "The logits are scaled to lie between 0 and 1: softmax takes exponentials.",
            lambda z, d: (z - lowest(z, d)) / (highest(z, d) - lowest(z, d)),
            lambda z, d: z / highest(z, d),
        ),
        *wrong(
            "temperature",
            "The logits are divided by the root of their number, or by a temperature: softmax "
            "takes them as they are.",
            put_to(lambda z, d: z / z.shape[d] ** 0.5),
            *(put_to(lambda z, _, t=t: z / t) for t in (0.1, 0.5, 2.0, 10.0)),
        ),
        *wrong(
            "epsilon_in_denominator",
            "A number is added to the sum: the probabilities no longer sum to one. After the "
            "maximum is subtracted the sum is at least 1 and needs no help.",
            *(
                lambda z, d, e=e: e_of(z, d) / (e_of(z, d).sum(d, keepdim=True) + e)
                for e in (1.0, 1e-1, 1e-2, 1e-3, 1e-4)
            ),
            *(
                lambda z, d, e=e: z.exp() / (z.exp().sum(d, keepdim=True) + e)
                for e in (1.0, 1e-1, 1e-2, 1e-3, 1e-4)
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
            *(After(right, lambda p, n=n: p.round(decimals=n)) for n in (1, 2, 3, 4)),
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
                lambda z, d, n=n: (
                    e_of(z, d) / e_of(z, d).narrow(d, 0, min(n, z.shape[d])).sum(d, True)
                )
                for n in (1, 2, 3, 4, 10)
            ),
        ),
        *wrong(
            "always_float32",
            "The result is float32 whatever comes in: do not convert, and let new tensors follow "
            "the dtype of z.",
            put_to(lambda z, _: z.float()),
        ),
        *wrong(
            "float64_returned",
            "The result is float64 whatever comes in: do not convert, and let new tensors follow "
            "the dtype of z.",
            put_to(lambda z, _: z.double()),
        ),
        *wrong(
            "squeezed",
            "An axis of length one has been dropped: `keepdim=True` in the sums, no squeeze.",
            After(right, Tensor.squeeze),
        ),
        *wrong(
            "axis_not_moved_back",
            "The axis `dim` is moved to the end and not moved back: the result has other axes than "
            "the input.",
            lambda z, d: torch.softmax(z, d).movedim(d, -1),
            lambda z, d: torch.softmax(z, d).transpose(d, -1),
        ),
        *wrong(
            "detached",
            "The result is cut off from the input (detach, .data, .item(), numpy or a new "
            "torch.tensor): no gradient can flow back.",
            put_to(lambda z, _: z.detach()),
        ),
        *wrong(
            "detached_denominator",
            "The sum is cut off from the graph (detach, .item() or no_grad): its part of the "
            "gradient is missing.",
            lambda z, d: e_of(z, d) / e_of(z, d).sum(d, keepdim=True).detach(),
        ),
        *wrong(
            "detached_numerator",
            "The numerator is cut off from the graph: its part of the gradient is missing.",
            lambda z, d: e_of(z, d).detach() / e_of(z, d).sum(d, keepdim=True),
        ),
        NOTHING,
    ]


SOFTMAX = Formula(_ask, right, _mistakes(), _fresh)
"""Inputs (z, dim), dim None where the caller names none."""

SOFTMAX_GRADIENT = SOFTMAX.gradient("softmax")
"""Inputs (z, dim, cotangent)."""

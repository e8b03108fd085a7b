"""What goes wrong with the list of costs alone, while the training is right."""

import math
from collections.abc import Callable

import torch

from grader.checking.diagnosis import NOTHING, Mistake, wrong
from grader.hidden.training_loop.loop import ONE_MORE, Loop, as_text, each, every, rounded
from grader.hidden.training_loop.predictions import answer, costs_as
from grader.sandbox.protocol import Opaque


def _opaque(kind: str) -> Callable[[list[float]], list[Opaque]]:
    return lambda costs: [Opaque(kind)] * len(costs)


RECORDED = [
    *wrong("first_cost_missing", "The list begins with the second epoch's cost.",
           costs_as(lambda c: c[1:])),
    *wrong("last_cost_missing", "The last epoch's cost is not in the list.",
           costs_as(lambda c: c[:-1])),
    *wrong("final_cost_added", "The cost after the last step is in the list too: one cost for "
           "each epoch, before its step.",
           lambda *i: [ONE_MORE.run(*i)[0], *answer(Loop().run(*i))[1:]]),
    *wrong("every_hundredth_cost", "Only some of the costs are recorded: the list holds one "
           "for each epoch.", *(costs_as(every(k)) for k in (100, 50, 20, 10, 5, 2)),
           *(costs_as(every(k, k - 1)) for k in (100, 50, 20, 10, 5, 2))),
    *wrong("last_cost_only", "Only the last cost is returned: a list with one for each epoch "
           "is asked for.", costs_as(lambda c: c[-1]), costs_as(lambda c: c[-1:])),
    *wrong("returns_tensors", "The costs are tensors: record them as plain numbers, by "
           ".item().",
           costs_as(lambda c: [torch.tensor(v) for v in c]), costs_as(torch.tensor)),
    *wrong("costs_as_numpy", "The costs are NumPy's: record them as plain numbers, by .item().",
           *(costs_as(_opaque(name)) for name in ("ndarray", "float32")),
           costs_as(lambda _: Opaque("ndarray"))),
    *wrong("costs_as_text", "The costs are strings: record them as plain numbers, by .item().",
           *(costs_as(as_text(n)) for n in (4, 6))),
    *wrong("costs_rounded", "The costs are rounded: record them as they are.",
           *(costs_as(rounded(n)) for n in (1, 2))),
    *wrong("costs_summed_up", "Each cost includes those before it: the running total is "
           "recorded.",
           costs_as(lambda c: [math.fsum(c[: n + 1]) for n in range(len(c))])),
    *wrong("running_mean", "The mean of the costs so far is recorded, not each epoch's cost.",
           costs_as(lambda c: [math.fsum(c[: n + 1]) / (n + 1) for n in range(len(c))])),
    *wrong("cost_in_bits", "The costs are in bits: cross_entropy's natural logarithm is asked "
           "for.", costs_as(each(lambda v: v / math.log(2)))),
    *wrong("noted_with_minus", "The costs have the wrong sign.", costs_as(each(lambda v: -v))),
    *wrong("list_reversed", "The costs are in reverse order.", costs_as(lambda c: c[::-1])),
    Mistake("noted_per_row", "The recorded costs are divided by the number of rows: "
           "cross_entropy is the mean already.",
            lambda w, b, x, y, n, lr: costs_as(each(lambda v: v / len(x)))(w, b, x, y, n, lr)),
    Mistake("noted_as_a_sum", "The recorded costs are multiplied by the number of rows, sums "
           "over the batch: record cross_entropy's mean as it is.",
            lambda w, b, x, y, n, lr: costs_as(each(lambda v: v * len(x)))(w, b, x, y, n, lr)),
    Mistake("returns_nothing", NOTHING.sentence, costs_as(lambda _: None)),
    *wrong("empty_list", "The list of costs stays empty: append each epoch's cost.",
           costs_as(lambda _: [])),
]  # fmt: skip
"""Mistakes of the formula `training.TRAIN`."""

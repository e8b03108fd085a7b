"""Full-batch gradient descent on the cross-entropy, and how a training loop goes wrong."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis.loop import (
    Loop,
    Pair,
    Run,
    adagrad,
    adam,
    as_text,
    each,
    every,
    momentum,
    rmsprop,
    rounded,
    slices,
    squared,
    standardised,
    sum_of,
    summed,
)
from grader.checking.diagnosis.mistake import NOTHING, Formula, Inputs, Mistake, like, wrong
from grader.checking.diagnosis.trained import trained
from grader.checking.draw import Draw
from grader.checking.student import Student
from grader.sandbox.protocol import Opaque


def _answer(run: Run) -> list[Any]:
    """What `_ask` sees of a run: the costs, and how far the parameters moved."""
    costs, states = run
    return [costs, *(last - first for first, last in zip(states[0], states[-1], strict=True))]


def _first(k: int) -> Callable[[int], list[slice]]:
    return lambda _: [slice(k)]


def _of(loop: Loop) -> Callable[..., list[Any]]:
    return lambda *inputs: _answer(loop.run(*inputs))


def _with(change: Callable[[Run], Run | list[Any]], loop: Loop) -> Callable[..., list[Any]]:
    """A run of `loop` that is reported, or kept, wrongly."""

    def predict(*inputs: Any) -> list[Any]:
        changed = change(loop.run(*inputs))
        return changed if isinstance(changed, list) else _answer(changed)

    return predict


def _costs(change: Callable[[list[float]], Any]) -> Callable[..., list[Any]]:
    """A run whose list of costs alone is wrong."""

    def changed(run: Run) -> list[Any]:
        _, *moved = _answer(run)
        return [change(run[0]), *moved]

    return _with(changed, Loop())


def _opaque(kind: str) -> Callable[[list[float]], list[Opaque]]:
    return lambda costs: [Opaque(kind)] * len(costs)


def _unmoved(run: Run) -> Run:
    costs, states = run
    return costs, [states[0]] * len(states)


def _after(run: Run) -> list[Any]:
    """Costs noted after each step: one more cost, the first one dropped."""
    costs, states = run
    return _answer((costs[1:], states[:-1]))


def _no_step(gradients: list[Pair]) -> Pair:
    by_w, by_b = gradients[-1]
    return 0 * by_w, 0 * by_b


_FROZEN = Loop(direction=_no_step)
_ONE_MORE = Loop(count=lambda n: n + 1)


def _mistakes() -> list[Mistake]:
    rates = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 1e-4)
    return [
        *wrong("missing_zero_grad", "The gradients add up from epoch to epoch: backward() adds to "
               ".grad, so clear it by zero_grad() in each epoch.", _of(Loop(direction=sum_of))),
        *wrong("zero_grad_in_the_wrong_epochs", "The gradients are cleared in every other epoch "
               "only.", _of(Loop(direction=lambda g: sum_of(g[-2:])))),
        *wrong("nothing_learned", "The weights never change, so the cost stays where it starts. Is "
               "step() called after backward(), before the gradients are cleared?", _of(_FROZEN)),
        *wrong("copy_trained", "The costs are right, but the model that was passed in is not the "
               "one that is trained: it is copied first.", _with(_unmoved, Loop())),
        *wrong("cost_after_the_step", "Each cost is taken after the step: note it before.",
               _with(_after, _ONE_MORE)),
        *wrong("first_cost_missing", "The list begins with the second epoch's cost.",
               _costs(lambda c: c[1:])),
        *wrong("last_cost_missing", "The last epoch's cost is not in the list.",
               _costs(lambda c: c[:-1])),
        *wrong("final_cost_added", "The cost after the last step is in the list too: one cost for "
               "each epoch, before its step.",
               lambda *i: [_ONE_MORE.run(*i)[0], *_answer(Loop().run(*i))[1:]]),
        *wrong("one_epoch_too_many", "There is one epoch too many: `range(epochs)` has as many as "
               "asked for.", _of(_ONE_MORE)),
        *wrong("one_epoch_too_few", "There is one epoch too few: `range(epochs)` begins at 0.",
               _of(Loop(count=lambda n: n - 1))),
        *wrong("two_steps_per_epoch", "Each epoch takes two steps.",
               lambda *i: _two_steps(*i)),
        *wrong("step_in_every_other_epoch", "Only every other epoch takes a step.",
               _of(Loop(direction=lambda g: g[-1] if len(g) % 2 else _no_step(g))),
               _of(Loop(direction=lambda g: _no_step(g) if len(g) % 2 else g[-1]))),
        *wrong("returns_too_early", "Only one epoch is run: the `return` stands inside the loop.",
               _of(Loop(count=lambda n: min(n, 1)))),
        *wrong("every_hundredth_cost", "Only some of the costs are noted: the list holds one for "
               "each epoch.", *(_costs(every(k)) for k in (100, 50, 20, 10, 5, 2)),
               *(_costs(every(k, k - 1)) for k in (100, 50, 20, 10, 5, 2))),
        *wrong("last_cost_only", "Only the last cost is returned: a list with one for each epoch "
               "is asked for.", _costs(lambda c: c[-1]), _costs(lambda c: c[-1:])),
        *wrong("returns_tensors", "The costs are tensors: note them as plain numbers, by .item().",
               _costs(lambda c: [torch.tensor(v) for v in c]), _costs(torch.tensor)),
        *wrong("costs_as_numpy", "The costs are NumPy's: note them as plain numbers, by .item().",
               *(_costs(_opaque(name)) for name in ("ndarray", "float32")),
               _costs(lambda _: Opaque("ndarray"))),
        *wrong("costs_as_text", "The costs are text: note them as plain numbers, by .item().",
               *(_costs(as_text(n)) for n in (4, 6))),
        *wrong("costs_rounded", "The costs are rounded: note them as they are.",
               *(_costs(rounded(n)) for n in (1, 2))),
        *wrong("costs_summed_up", "Each cost includes those before it: the running total is noted.",
               _costs(lambda c: [math.fsum(c[: n + 1]) for n in range(len(c))])),
        *wrong("running_mean", "The mean of the costs so far is noted, not each epoch's cost.",
               _costs(lambda c: [math.fsum(c[: n + 1]) / (n + 1) for n in range(len(c))])),
        *wrong("cost_in_bits", "The costs are in bits: cross_entropy's natural logarithm is asked "
               "for.", _costs(each(lambda v: v / math.log(2)))),
        *wrong("noted_with_minus", "The costs have the wrong sign.", _costs(each(lambda v: -v))),
        *wrong("list_reversed", "The costs are in reverse order.", _costs(lambda c: c[::-1])),
        Mistake("noted_per_row", "The noted costs are divided by the number of rows: cross_entropy "
                "is the mean already.",
                lambda w, b, x, y, n, lr: _costs(each(lambda v: v / len(x)))(w, b, x, y, n, lr)),
        Mistake("noted_as_a_sum", "The noted costs are multiplied by the number of rows, sums over "
                "the batch: note cross_entropy's mean as it is.",
                lambda w, b, x, y, n, lr: _costs(each(lambda v: v * len(x)))(w, b, x, y, n, lr)),
        *wrong("sum_over_the_batch", "The cost is the sum over the batch, and its gradient as many "
               "times too large: the loss is the mean.", _of(Loop(cost=summed))),
        *wrong("mean_over_classes_too", "The mean runs over the classes too: sum each row first.",
               _of(Loop(cost=lambda z, y: F.cross_entropy(z, y) / z.shape[1]))),
        *wrong("double_softmax", "Softmax is applied before cross_entropy, which applies it "
               "itself: pass the logits. With 3 classes such a cost stays above 0.5514.",
               _of(Loop(scores=lambda z: z.softmax(1)))),
        *wrong("softmax_over_the_batch", "A softmax over the batch (dim=0) comes before "
               "cross_entropy: pass the logits.", _of(Loop(scores=lambda z: z.softmax(0)))),
        *wrong("sigmoid_before_the_loss", "A sigmoid comes before cross_entropy: pass the logits.",
               _of(Loop(scores=torch.sigmoid))),
        *wrong("relu_before_the_loss", "A ReLU comes before cross_entropy: pass the logits.",
               _of(Loop(scores=F.relu))),
        *wrong("squared_error", "The loss is the squared error: cross-entropy is asked for.",
               _of(Loop(cost=squared)),
               _of(Loop(cost=squared, scores=lambda z: z.softmax(1)))),
        *wrong("log_softmax_missing", "The loss is nll_loss of the logits: it wants "
               "log-probabilities, cross_entropy takes the logits.", _of(Loop(cost=F.nll_loss))),
        *wrong("logits_as_probabilities", "The logarithm is taken of what the model returns: a "
               "model returns logits, cross_entropy takes them as they are.",
               _of(Loop(scores=torch.log, cost=F.nll_loss))),
        *wrong("gradient_ascent", "The steps go uphill: the sign of the cost or of the step is "
               "wrong.", _of(Loop(rate=lambda lr, *_: -lr)),
               _of(Loop(cost=lambda z, y: -F.cross_entropy(z, y)))),
        *wrong("learning_rate_hard_coded", "The learning rate is a number written in the code: "
               "`lr` is not used.", *(_of(Loop(rate=lambda *_, r=r: r)) for r in rates)),
        *wrong("learning_rate_scaled", "The steps are a fixed multiple of what `lr` asks for: is "
               "it scaled somewhere?",
               *(_of(Loop(rate=lambda lr, *_, k=k: lr * k)) for k in (100, 10, 2, 0.5, 0.1, 0.01)),
               _of(Loop(rate=lambda lr, _, epochs: lr / epochs))),
        *wrong("gradient_without_one_over_n", "The steps are as many times too large as there are "
               "rows: backward() runs on the sum, the factor 1/N is missing.",
               _of(Loop(rate=lambda lr, rows, _: lr * rows))),
        *wrong("divided_by_the_rows_again", "The steps are as many times too small as there are "
               "rows: cross_entropy is the mean already.",
               _of(Loop(rate=lambda lr, rows, _: lr / rows))),
        *wrong("momentum", "The optimiser has momentum: plain SGD is asked for.",
               *(_of(Loop(direction=momentum(m))) for m in (0.9, 0.5, 0.8, 0.95, 0.99))),
        *wrong("weight_decay", "The optimiser has weight decay: plain SGD is asked for.",
               *(_of(Loop(decay=d)) for d in (0.1, 0.01, 1e-3, 5e-4, 1e-4))),
        *wrong("adam", "The steps are Adam's: plain SGD is asked for.",
               _of(Loop(direction=adam))),
        *wrong("rmsprop", "The steps are RMSprop's: plain SGD is asked for.",
               _of(Loop(direction=rmsprop))),
        *wrong("adagrad", "The steps are Adagrad's: plain SGD is asked for.",
               _of(Loop(direction=adagrad))),
        *wrong("sign_of_the_gradient", "The steps follow the sign of the gradient alone.",
               _of(Loop(direction=lambda g: (g[-1][0].sign(), g[-1][1].sign())))),
        *wrong("first_gradient_kept", "Every step uses the gradient of the first epoch: compute it "
               "anew in each epoch.", _of(Loop(direction=lambda g: g[0]))),
        *wrong("step_before_backward", "Each step uses the gradient of the epoch before: step() "
               "stands before backward().",
               _of(Loop(direction=lambda g: g[-2] if len(g) > 1 else _no_step(g)))),
        *wrong("bias_not_trained", "The bias is not trained.",
               _of(Loop(direction=lambda g: (g[-1][0], 0 * g[-1][1])))),
        *wrong("weight_not_trained", "Only the bias is trained.",
               _of(Loop(direction=lambda g: (0 * g[-1][0], g[-1][1])))),
        *wrong("sample_by_sample", "There is a step for every sample: one step for each epoch is "
               "asked for, on the whole batch.", _of(Loop(rows=slices(1))),
               _costs_of_last_part(slices(1))),
        *wrong("mini_batches", "There is a step for every few samples: one step for each epoch is "
               "asked for, on the whole batch.",
               *(_of(Loop(rows=slices(k))) for k in (2, 4, 5))),
        *wrong("first_rows_only", "Only the first rows are used: train on the whole batch.",
               *(_of(Loop(rows=_first(k))) for k in (1, 2, 3, 4, 5)),
               _of(Loop(rows=lambda n: [slice(n // 2)])),
               _of(Loop(rows=lambda n: [slice(n - 1)]))),
        *wrong("inputs_normalised", "x is standardised before training: train on x as it is, and "
               "leave it unchanged.", _of(Loop(features=standardised))),
        *wrong("inputs_scaled", "x is scaled before training: train on x as it is.",
               _of(Loop(features=lambda x: x / x.max())),
               _of(Loop(features=lambda x: (x - x.amin(0)) / (x.amax(0) - x.amin(0))))),
        *wrong("label_plus_one", "The labels are shifted by one.",
               _of(Loop(cost=lambda z, y: F.cross_entropy(z, (y + 1) % z.shape[1]))),
               _of(Loop(cost=lambda z, y: F.cross_entropy(z, (y - 1) % z.shape[1])))),
        Mistake("weights_reinitialised", "The costs do not depend on the model that is passed in: "
                "a new one is made inside train().",
                ignores=lambda w, b, x, y, n, lr: (2 * w.roll(1, 0), b.roll(1), x, y, n, lr)),
        Mistake("toy_data_built_in", "The costs do not depend on x and y: the data is written in "
                "the code.",
                ignores=lambda w, b, x, y, n, lr: (w, b, 2 - x, (y + 1) % len(b), n, lr)),
        Mistake("returns_nothing", NOTHING.sentence, _costs(lambda _: None)),
        *wrong("empty_list", "The list of costs stays empty: append each epoch's cost.",
               _costs(lambda _: [])),
    ]  # fmt: skip


def _two_steps(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[Any]:
    costs, states = Loop().run(w, b, x, y, 2 * epochs, lr)
    return _answer((costs[::2], states))


def _costs_of_last_part(rows: Callable[[int], list[slice]]) -> Callable[..., list[Any]]:
    """Steps on parts of the batch, of whose costs only the last part's is noted."""

    def predict(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[Any]:
        start, costs = (w, b), []
        for _ in range(epochs):
            for part in rows(len(x)):
                [cost], states = Loop().run(w, b, x[part], y[part], 1, lr)
                w, b = states[-1]
            costs.append(cost)
        return _answer((costs, [start, (w, b)]))

    return predict


def _counted(got: Any) -> Sequence[Mistake]:
    """A number of epochs that comes from the code, not from the caller."""
    match got:
        case [list() as costs, *_] if 1 < len(costs) <= 2000:
            count = len(costs)
        case _:
            return ()
    sentence = "The number of epochs is written in the code: `epochs` is not used."
    return [Mistake("epochs_hard_coded", sentence, _of(Loop(count=lambda _: count)))]


def _ask(
    student: Student, weight: Tensor, bias: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float
) -> list[Any]:
    """The costs, and how far weight and bias moved."""
    run = trained(student, weight, bias, x, y, epochs, lr)
    return [run.returned, run.weight - weight, run.bias - bias]


def _fresh(draw: Draw, weight: Tensor, bias: Tensor, x: Tensor, *_: Any) -> Iterator[Inputs]:
    classes, features = weight.shape
    for rows, epochs, lr in [(8, 6, 0.07), (5, 3, 0.3), (7, 11, 0.03), (6, 1, 0.4), (4, 101, 0.02)]:
        fresh = like(weight, draw, *weight.shape), like(bias, draw, *bias.shape)
        yield *fresh, like(x, draw, rows, features), draw.integers(0, classes, rows), epochs, lr


def right_run(
    weight: Tensor, bias: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float
) -> tuple[Pair, Tensor]:
    """Full-batch SGD on cross-entropy: the parameters afterwards, the costs as float64."""
    costs, states = Loop().run(weight, bias, x, y, epochs, lr)
    return states[-1], torch.tensor(costs, dtype=torch.float64)


TRAIN = Formula(_ask, _of(Loop()), _mistakes(), _fresh, _counted)
"""Inputs (weight, bias, x (N, 4), y (N,), epochs, lr); answer [costs, Δweight, Δbias]."""

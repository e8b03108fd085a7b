"""Full-batch gradient descent on the cross-entropy, and how a training loop goes wrong."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import Formula, Inputs, Mistake, like, wrong
from grader.checking.draw import Draw
from grader.checking.student import Student
from grader.hidden.training_loop.loop import (
    ONE_MORE,
    Loop,
    Pair,
    Run,
    absolutes,
    adagrad,
    adam,
    clipped_norm,
    clipped_values,
    divided,
    momentum,
    nesterov,
    rmsprop,
    slices,
    slower,
    smoothed,
    squared,
    squares,
    standardised,
    stopped,
    sum_of,
    summed,
    weighted,
)
from grader.hidden.training_loop.predictions import (
    Prediction,
    costs_of_last_part,
    from_zero,
    in_pairs,
    two_steps,
)
from grader.hidden.training_loop.records import RECORDED
from grader.hidden.training_loop.trained import trained


def _first(k: int) -> Callable[[int], list[slice]]:
    return lambda _: [slice(k)]


def _share(share: float) -> Callable[[int], list[slice]]:
    return lambda n: [slice(int(share * n))]


def _slower(factor: Any) -> Prediction:
    return Prediction(Loop(direction=slower(factor)))


def _stopped(ends: Any, steps: bool) -> Prediction:
    return Prediction(changes=(stopped(ends, steps=steps),))


def _unmoved(run: Run) -> Run:
    costs, states = run
    return costs, [states[0]] * len(states)


def _after(run: Run) -> Run:
    """Costs noted after each step: one more cost, the first one dropped."""
    costs, states = run
    return costs[1:], states[:-1]


def _no_step(gradients: list[Pair]) -> Pair:
    by_w, by_b = gradients[-1]
    return 0 * by_w, 0 * by_b


_FROZEN = Loop(direction=_no_step)


def _mistakes() -> list[Mistake]:
    rates = (0.01, 0.1, 1.0, 0.5, 0.2, 0.05, 0.02, 0.005, 0.001, 1e-4)
    return [
        *RECORDED,
        *wrong("missing_zero_grad", "The gradients add up from epoch to epoch: backward() adds to "
               ".grad, so clear it by zero_grad() in each epoch.",
               Prediction(Loop(direction=sum_of))),
        *wrong("zero_grad_in_the_wrong_epochs", "The gradients are cleared in every other epoch "
               "only.", Prediction(Loop(direction=lambda g: sum_of(g[-2:])))),
        *wrong("nothing_learned", "The weights never change, so the cost stays where it starts. Is "
               "step() called after backward(), before the gradients are cleared?",
               Prediction(_FROZEN)),
        *wrong("copy_trained", "The costs are right, but the model that was passed in is not the "
               "one that is trained: it is copied first.", Prediction(changes=(_unmoved,))),
        *wrong("cost_after_the_step", "Each cost is taken after the step: record it before.",
               Prediction(ONE_MORE, (_after,))),
        *wrong("one_epoch_too_many", "There is one epoch too many: `range(epochs)` has as many as "
               "asked for.", Prediction(ONE_MORE)),
        *wrong("one_epoch_too_few", "There is one epoch too few: `range(epochs)` begins at 0.",
               Prediction(Loop(count=lambda n: n - 1))),
        *wrong("two_steps_per_epoch", "Each epoch takes two steps.",
               two_steps),
        *wrong("step_in_every_other_epoch", "Only every other epoch takes a step.",
               Prediction(Loop(direction=lambda g: g[-1] if len(g) % 2 else _no_step(g))),
               Prediction(Loop(direction=lambda g: _no_step(g) if len(g) % 2 else g[-1]))),
        *wrong("returns_too_early", "Only one epoch is run: the `return` stands inside the loop.",
               Prediction(Loop(count=lambda n: min(n, 1)))),
        *wrong("sum_over_the_batch", "The cost is the sum over the batch, and its gradient as many "
               "times too large: the loss is the mean.", Prediction(Loop(cost=summed))),
        *wrong("cost_divided_by_rows", "The cost is divided by the number of rows once more: "
               "cross_entropy is the mean already.", Prediction(Loop(cost=divided))),
        *wrong("class_weights", "The cost weights the classes: plain cross-entropy is asked for.",
               Prediction(Loop(cost=weighted))),
        *wrong("mean_over_classes_too", "The mean runs over the classes too: sum each row first.",
               Prediction(Loop(cost=lambda z, y: F.cross_entropy(z, y) / z.shape[1]))),
        *wrong("double_softmax", "Softmax is applied before cross_entropy, which applies it "
               "itself: pass the logits. With 3 classes such a cost stays above 0.5514.",
               Prediction(Loop(scores=lambda z: z.softmax(1)))),
        *wrong("softmax_over_the_batch", "A softmax over the batch (dim=0) comes before "
               "cross_entropy: pass the logits.", Prediction(Loop(scores=lambda z: z.softmax(0)))),
        *wrong("sigmoid_before_the_loss", "A sigmoid comes before cross_entropy: pass the logits.",
               Prediction(Loop(scores=torch.sigmoid))),
        *wrong("relu_before_the_loss", "A ReLU comes before cross_entropy: pass the logits.",
               Prediction(Loop(scores=F.relu))),
        *wrong("squared_error", "The loss is the squared error: cross-entropy is asked for.",
               Prediction(Loop(cost=squared)),
               Prediction(Loop(cost=squared, scores=lambda z: z.softmax(1)))),
        *wrong("log_softmax_missing", "The loss is nll_loss of the logits: it wants "
               "log-probabilities, cross_entropy takes the logits.",
               Prediction(Loop(cost=F.nll_loss))),
        *wrong("logits_as_probabilities", "The logarithm is taken of what the model returns: a "
               "model returns logits, cross_entropy takes them as they are.",
               Prediction(Loop(scores=torch.log, cost=F.nll_loss))),
        *wrong("gradient_ascent", "The steps go uphill: the sign of the cost or of the step is "
               "wrong.", Prediction(Loop(rate=lambda lr, *_: -lr)),
               Prediction(Loop(cost=lambda z, y: -F.cross_entropy(z, y)))),
        *wrong("learning_rate_hard_coded", "The learning rate is a number written in the code: "
               "`lr` is not used.", *(Prediction(Loop(rate=lambda *_, r=r: r)) for r in rates)),
        *wrong("learning_rate_scaled", "The steps are a fixed multiple of what `lr` asks for: is "
               "it scaled somewhere?",
               *(Prediction(Loop(rate=lambda lr, *_, k=k: lr * k))
                 for k in (100, 10, 2, 0.5, 0.1, 0.01)),
               Prediction(Loop(rate=lambda lr, _, epochs: lr / epochs))),
        *wrong("gradient_without_one_over_n", "The steps are as many times too large as there are "
               "rows: backward() runs on the sum, the factor 1/N is missing.",
               Prediction(Loop(rate=lambda lr, rows, _: lr * rows))),
        *wrong("divided_by_the_rows_again", "The steps are as many times too small as there are "
               "rows: cross_entropy is the mean already.",
               Prediction(Loop(rate=lambda lr, rows, _: lr / rows))),
        *wrong("momentum", "The optimiser has momentum: plain SGD is asked for.",
               *(Prediction(Loop(direction=momentum(m))) for m in (0.9, 0.5, 0.8, 0.95, 0.99))),
        *wrong("weight_decay", "The optimiser has weight decay: plain SGD is asked for.",
               *(Prediction(Loop(decay=d)) for d in (0.1, 0.01, 1e-3, 5e-4, 1e-4))),
        *wrong("adam", "The steps are Adam's: plain SGD is asked for.",
               Prediction(Loop(direction=adam))),
        *wrong("rmsprop", "The steps are RMSprop's: plain SGD is asked for.",
               Prediction(Loop(direction=rmsprop))),
        *wrong("adagrad", "The steps are Adagrad's: plain SGD is asked for.",
               Prediction(Loop(direction=adagrad))),
        *wrong("nesterov", "The optimiser has Nesterov's momentum: plain SGD is asked for.",
               *(Prediction(Loop(direction=nesterov(m))) for m in (0.9, 0.5, 0.8, 0.95, 0.99))),
        *wrong("adamw", "The steps are AdamW's: plain SGD is asked for.",
               *(Prediction(Loop(direction=adam, decay=d)) for d in (0.01, 0.1, 1e-3))),
        *wrong("label_smoothing", "The cost has label smoothing: plain cross-entropy is asked for.",
               *(Prediction(Loop(cost=smoothed(share))) for share in (0.1, 0.05, 0.2, 0.01))),
        *wrong("gradient_clipped", "The gradient is clipped before the step: step along it as it "
               "is.",
               *(Prediction(Loop(direction=clipped_norm(c))) for c in (1.0, 0.5, 0.1, 2.0, 5.0)),
               *(Prediction(Loop(direction=clipped_values(c))) for c in (1.0, 0.5, 0.1, 0.01))),
        *wrong("squares_in_the_cost", "The cost contains the squares of the weights (L2): "
               "cross-entropy alone is asked for.",
               *(Prediction(Loop(penalty=squares(k, bias=bias)))
                 for k in (0.1, 0.05, 0.01, 0.005, 1e-3, 5e-4, 1e-4) for bias in (False, True))),
        *wrong("absolutes_in_the_cost", "The cost contains the absolute values of the weights "
               "(L1): cross-entropy alone is asked for.",
               *(Prediction(Loop(penalty=absolutes(k, bias=bias)))
                 for k in (0.01, 0.1, 1e-3, 1e-4) for bias in (True, False))),
        *wrong("rate_decays", "The learning rate shrinks from step to step: it is to stay at `lr`.",
               *(_slower(lambda n, q=q: q**n)
                 for q in (0.99, 0.95, 0.9, 0.5, 0.1)),
               *(_slower(lambda n, q=q: 1 / (1 + q * n))
                 for q in (1.0, 0.1, 0.01))),
        *wrong("stops_early", "The loop ends before all epochs are run: is there a `break` or a "
               "condition on the cost?",
               *(_stopped(lambda c, low=low: c[-1] < low, steps)
                 for low in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01)
                 for steps in (True, False)),
               *(_stopped(lambda c, d=d: len(c) > 1 and abs(c[-1] - c[-2]) < d, steps)
                 for d in (0.1, 0.01, 1e-3, 1e-4) for steps in (True, False))),
        *wrong("weights_zeroed", "The weights are set to zero before training: start from those "
               "that are passed in.", from_zero),
        *wrong("sign_of_the_gradient", "The steps follow the sign of the gradient alone.",
               Prediction(Loop(direction=lambda g: (g[-1][0].sign(), g[-1][1].sign())))),
        *wrong("first_gradient_kept", "Every step uses the gradient of the first epoch: compute it "
               "anew in each epoch.", Prediction(Loop(direction=lambda g: g[0]))),
        *wrong("step_before_backward", "Each step uses the gradient of the epoch before: step() "
               "stands before backward().",
               Prediction(Loop(direction=lambda g: g[-2] if len(g) > 1 else _no_step(g)))),
        *wrong("bias_not_trained", "The bias is not trained.",
               Prediction(Loop(direction=lambda g: (g[-1][0], 0 * g[-1][1])))),
        *wrong("weight_not_trained", "Only the bias is trained.",
               Prediction(Loop(direction=lambda g: (0 * g[-1][0], g[-1][1])))),
        *wrong("sample_by_sample", "There is a step for every sample: one step for each epoch is "
               "asked for, on the whole batch.", Prediction(Loop(rows=slices(1))),
               costs_of_last_part(slices(1))),
        *wrong("mini_batches", "There is a step for every few samples: one step for each epoch is "
               "asked for, on the whole batch.",
               *(Prediction(Loop(rows=slices(k))) for k in (2, 4, 5))),
        *wrong("first_rows_only", "Only the first rows are used: train on the whole batch.",
               *(Prediction(Loop(rows=_first(k))) for k in (1, 2, 3, 4, 5)),
               *(Prediction(Loop(rows=_share(s))) for s in (0.5, 0.8, 0.9, 0.75, 0.7)),
               Prediction(Loop(rows=lambda n: [slice(n - 1)]))),
        *wrong("inputs_normalised", "x is standardised before training: train on x as it is, and "
               "leave it unchanged.", Prediction(Loop(features=standardised))),
        *wrong("inputs_scaled", "x is scaled before training: train on x as it is.",
               Prediction(Loop(features=lambda x: x / x.max())),
               Prediction(Loop(features=lambda x: (x - x.amin(0)) / (x.amax(0) - x.amin(0)))),
               Prediction(Loop(features=lambda x: x / 255))),
        *wrong("rows_normalised", "Each row of x is scaled to the same length or sum before "
               "training: train on x as it is.", Prediction(Loop(features=F.normalize)),
               Prediction(Loop(features=lambda x: x / x.sum(1, True)))),
        *wrong("label_plus_one", "The labels are shifted by one.",
               Prediction(Loop(cost=lambda z, y: F.cross_entropy(z, (y + 1) % z.shape[1]))),
               Prediction(Loop(cost=lambda z, y: F.cross_entropy(z, (y - 1) % z.shape[1])))),
        Mistake("weights_reinitialised", "The costs do not depend on the model that is passed in: "
                "a new one is made inside train().",
                ignores=lambda w, b, x, y, n, lr: (2 * w.roll(1, 0), b.roll(1), x, y, n, lr)),
        Mistake("toy_data_built_in", "The costs do not depend on x and y: the data is written in "
                "the code.",
                ignores=lambda w, b, x, y, n, lr: (w, b, 2 - x, (y + 1) % len(b), n, lr)),
    ]  # fmt: skip


def _counted(got: Any) -> Sequence[Mistake]:
    """A number of epochs that comes from the code, not from the caller."""
    match got:
        case [list() | tuple() as costs, *_] if 1 < len(costs) <= 2000:
            count = len(costs)
        case _:
            return ()
    sentence = "The number of epochs is written in the code: `epochs` is not used."
    return [Mistake("epochs_hard_coded", sentence, Prediction(Loop(count=lambda _: count)))]


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


_MISTAKES = _mistakes()

TRAIN = Formula(_ask, Prediction(), _MISTAKES, _fresh, _counted, pairs=partial(in_pairs, _MISTAKES))
"""Inputs (weight, bias, x (N, 4), y (N,), epochs, lr); answer [costs, Δweight, Δbias]."""

"""Full-batch gradient descent on the cross-entropy, and how a training loop goes wrong.

The host runs the mistaken loops itself, from the same weights: L = (1/N) Σ −log softmax(xWᵀ + b)_y,
its gradient by autograd, each step W ← W − lr · direction.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.comparison import require
from grader.checking.diagnosis.mistake import NOTHING, Formula, Inputs, Mistake, like
from grader.checking.diagnosis.softmax import on_logits
from grader.checking.draw import Draw
from grader.checking.student import Model, Student

Pair = tuple[Tensor, Tensor]
"""Something for the weight (C, D) and the same for the bias (C,): values, gradients, steps."""

Run = tuple[list[float], list[Pair]]
"""The cost of each epoch before its step; the parameters before each step, and at the end."""


def classifier(student: Student, weight: Tensor, bias: Tensor) -> Model:
    """A fresh SoftmaxClassifier of the student's with these weights, whatever its layer is called.

    Raises:
        Failure: it has other parameters than a weight (3, 4) and a bias (3,).
    """
    model = student.new("SoftmaxClassifier")
    state = model.state()
    shapes = sorted(tuple(tensor.shape) for tensor in state.values())
    asked = "the parameters of SoftmaxClassifier(): a weight (3, 4) and a bias (3,)"
    found = ", ".join(map(str, shapes)) or "none"
    require(shapes == [(3,), (3, 4)], asked=asked, got=f"parameters of shapes {found}")
    model.load({name: weight if t.ndim == 2 else bias for name, t in state.items()})
    return model


def _forward(student: Student, weight: Tensor, bias: Tensor, x: Tensor) -> Any:
    return classifier(student, weight, bias).forward(x)


def _batches(draw: Draw, weight: Tensor, bias: Tensor, x: Tensor) -> Iterator[Inputs]:
    for rows in (len(x), 1, 3, 4, 6):
        yield (
            like(weight, draw, *weight.shape),
            like(bias, draw, *bias.shape),
            like(x, draw, rows, 4),
        )


LOGITS = Formula(
    _forward,
    lambda weight, bias, x: x @ weight.T + bias,
    [
        *on_logits("classifier_returns_probabilities", "The classifier returns probabilities: "
                   "return the logits, cross_entropy applies the softmax itself. Otherwise it is "
                   "applied twice.", lambda z: z.softmax(1)),
        *on_logits("classifier_returns_log_probabilities", "The classifier returns "
                   "log-probabilities: return the logits, cross_entropy takes log_softmax itself.",
                   lambda z: z.log_softmax(1)),
        *on_logits("classifier_softmax_over_the_batch", "There is a softmax at the end, and it "
                   "runs over the batch: return the logits.", lambda z: z.softmax(0)),
        *on_logits("classifier_relu", "A ReLU stands at the end: logits may be negative.", F.relu),
        *on_logits("classifier_sigmoid", "There is a sigmoid at the end: return the logits.",
                   torch.sigmoid),
        *on_logits("classifier_tanh", "There is a tanh at the end: return the logits.", torch.tanh),
        *on_logits("classifier_squeezes", "A batch of one row loses its batch axis: `squeeze()` is "
                   "one word too many.", lambda z: z.squeeze()),
        *on_logits("classifier_returns_classes", "The class's number is returned, not the logits.",
                   lambda z: z.argmax(1)),
        Mistake("classifier_normalises", "The batch is standardised in forward: a row's logits "
                "then depend on its neighbours.",
                lambda w, b, x: (x - x.mean(0)) / x.std(0, correction=len(x) > 1) @ w.T + b),
        Mistake("classifier_new_layer", "The output does not depend on the module's weights: make "
                "the layer in `__init__`, use it in forward.",
                ignores=lambda w, b, x: (2 * w.roll(1, 0), b.roll(1, 0), x)),
        NOTHING,
    ],
    _batches,
)  # fmt: skip
"""Inputs (weight (3, 4), bias (3,), x (N, 4))."""


@dataclass(frozen=True)
class Loop:
    """A training loop; by default the right one, each field a place for a mistake."""

    scores: Callable[[Tensor], Tensor] = lambda z: z
    features: Callable[[Tensor], Tensor] = lambda x: x
    cost: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy
    count: Callable[[int], int] = lambda epochs: epochs
    rate: Callable[[float, int, int], float] = lambda lr, rows, epochs: lr  # noqa: ARG005
    rows: Callable[[int], list[slice]] = lambda _: [slice(None)]
    direction: Callable[[list[Pair]], Pair] = lambda gradients: gradients[-1]

    def run(self, w: Tensor, b: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float) -> Run:
        """Train from (w, b); the direction of a step comes from the gradients so far."""
        x = self.features(x)
        lr = self.rate(lr, len(x), epochs)
        costs: list[float] = []
        states: list[Pair] = []
        gradients: list[Pair] = []
        for _ in range(self.count(epochs)):
            states.append((w, b))
            parts = []
            for rows in self.rows(len(x)):
                w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
                cost = self.cost(self.scores(x[rows] @ w.T + b), y[rows])
                to_w, to_b = torch.autograd.grad(cost, (w, b))
                gradients.append((to_w, to_b))
                by_w, by_b = self.direction(gradients)
                w, b = w.detach() - lr * by_w, b.detach() - lr * by_b
                parts.append(cost.item())
            costs.append(math.fsum(parts) / len(parts) if all(map(math.isfinite, parts))
                         else math.nan)  # fmt: skip
        states.append((w, b))
        return costs, states


def _answer(run: Run) -> list[Any]:
    """What `_ask` sees of a run: the costs, and how far the parameters moved."""
    costs, states = run
    return [costs, *(last - first for first, last in zip(states[0], states[-1], strict=True))]


def _every(k: int, first: int = 0) -> Callable[[list[float]], list[float]]:
    """Every k-th of the costs."""
    return lambda costs: costs[first::k]


def _as_text(digits: int) -> Callable[[list[float]], list[str]]:
    return lambda costs: [f"{cost:.{digits}f}" for cost in costs]


def _rounded(digits: int) -> Callable[[list[float]], list[float]]:
    return lambda costs: [round(cost, digits) for cost in costs]


def _first(k: int) -> Callable[[int], list[slice]]:
    return lambda _: [slice(k)]


def _of(loop: Loop) -> Callable[..., list[Any]]:
    return lambda *inputs: _answer(loop.run(*inputs))


def _with(
    change: Callable[[Run], Run | list[Any]], loop: Loop = Loop()
) -> Callable[..., list[Any]]:
    """A right run that is reported, or kept, wrongly."""

    def predict(*inputs: Any) -> list[Any]:
        changed = change(loop.run(*inputs))
        return changed if isinstance(changed, list) else _answer(changed)

    return predict


def _costs(change: Callable[[list[float]], Any], loop: Loop = Loop()) -> Callable[..., list[Any]]:
    """A run whose list of costs alone is wrong."""

    def changed(run: Run) -> list[Any]:
        _, *moved = _answer(run)
        return [change(run[0]), *moved]

    return _with(changed, loop)


def _each(factor: Callable[[float], float]) -> Callable[[list[float]], list[float]]:
    return lambda costs: [factor(cost) for cost in costs]


def _sum_of(gradients: Sequence[Pair]) -> Pair:
    return sum(g[0] for g in gradients), sum(g[1] for g in gradients)  # type: ignore[return-value]


def _momentum(decay: float, dampening: float = 0.0) -> Callable[[list[Pair]], Pair]:
    """v ← m v + g, as torch.optim.SGD; the first v is g."""

    def direction(gradients: list[Pair]) -> Pair:
        v_w, v_b = gradients[0]
        for by_w, by_b in gradients[1:]:
            v_w, v_b = decay * v_w + (1 - dampening) * by_w, decay * v_b + (1 - dampening) * by_b
        return v_w, v_b

    return direction


def _adam(gradients: list[Pair]) -> Pair:
    """m̂ / (√v̂ + ε) with β = (0.9, 0.999), ε = 1e-8."""

    def one(history: Sequence[Tensor]) -> Tensor:
        m, v, n = torch.zeros_like(history[0]), torch.zeros_like(history[0]), len(history)
        for g in history:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return m / (1 - 0.9**n) / ((v / (1 - 0.999**n)).sqrt() + 1e-8)

    by_w, by_b = zip(*gradients, strict=True)
    return one(by_w), one(by_b)


def _rmsprop(gradients: list[Pair]) -> Pair:
    """g / (√v + ε) with v ← 0.99 v + 0.01 g²."""

    def one(history: Sequence[Tensor]) -> Tensor:
        v = torch.zeros_like(history[0])
        for g in history:
            v = 0.99 * v + 0.01 * g**2
        return history[-1] / (v.sqrt() + 1e-8)

    by_w, by_b = zip(*gradients, strict=True)
    return one(by_w), one(by_b)


def _adagrad(gradients: list[Pair]) -> Pair:
    """g / (√Σg² + ε)."""

    def one(history: Sequence[Tensor]) -> Tensor:
        return history[-1] / (sum(g**2 for g in history) ** 0.5 + 1e-10)

    by_w, by_b = zip(*gradients, strict=True)
    return one(by_w), one(by_b)


def _summed(z: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(z, y, reduction="sum")


def _squared(z: Tensor, y: Tensor) -> Tensor:
    return F.mse_loss(z, F.one_hot(y, z.shape[1]).float())


def _standardised(x: Tensor) -> Tensor:
    return (x - x.mean(0)) / x.std(0)


def _slices(size: int) -> Callable[[int], list[slice]]:
    return lambda n: [slice(i, i + size) for i in range(0, n, size)]


def _unmoved(run: Run) -> Run:
    costs, states = run
    return costs, [states[0]] * len(states)


def _after(run: Run) -> list[Any]:
    """Costs noted after each step: one more cost, the first one dropped."""
    costs, states = run
    return _answer((costs[1:], states[:-1]))


_FROZEN = Loop(direction=lambda g: (0 * g[-1][0], 0 * g[-1][1]))
_ONE_MORE = Loop(count=lambda n: n + 1)


def _mistakes() -> list[Mistake]:
    def found(name: str, sentence: str, *predictions: Callable[..., Any]) -> list[Mistake]:
        return [Mistake(name, sentence, predict) for predict in predictions]

    rates = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 1e-4)
    return [
        *found("missing_zero_grad", "The gradients add up from epoch to epoch: backward() adds to "
               ".grad, so clear it by zero_grad() in each epoch.", _of(Loop(direction=_sum_of))),
        *found("zero_grad_in_the_wrong_epochs", "The gradients are cleared in every other epoch "
               "only.", _of(Loop(direction=lambda g: _sum_of(g[-2:])))),
        *found("nothing_learned", "The weights never change, so the cost stays where it starts. Is "
               "step() called after backward(), before the gradients are cleared?", _of(_FROZEN)),
        *found("copy_trained", "The costs are right, but the model that was passed in is not the "
               "one that is trained: it is copied first.", _with(_unmoved)),
        *found("cost_after_the_step", "Each cost is taken after the step: note it before.",
               _with(_after, _ONE_MORE)),
        *found("first_cost_missing", "The list begins with the second epoch's cost.",
               _costs(lambda c: c[1:])),
        *found("last_cost_missing", "The last epoch's cost is not in the list.",
               _costs(lambda c: c[:-1])),
        *found("final_cost_added", "The cost after the last step is in the list too: one cost for "
               "each epoch, before its step.",
               lambda *i: [_ONE_MORE.run(*i)[0], *_answer(Loop().run(*i))[1:]]),
        *found("one_epoch_too_many", "There is one epoch too many: `range(epochs)` has as many as "
               "asked for.", _of(_ONE_MORE)),
        *found("one_epoch_too_few", "There is one epoch too few: `range(epochs)` begins at 0.",
               _of(Loop(count=lambda n: n - 1))),
        *found("two_steps_per_epoch", "Each epoch takes two steps.",
               lambda *i: _two_steps(*i)),
        *found("returns_too_early", "Only one epoch is run: the `return` stands inside the loop.",
               _of(Loop(count=lambda n: min(n, 1)))),
        *found("every_hundredth_cost", "Only some of the costs are noted: the list holds one for "
               "each epoch.", *(_costs(_every(k)) for k in (100, 50, 20, 10, 5, 2)),
               *(_costs(_every(k, k - 1)) for k in (100, 50, 20, 10, 5, 2))),
        *found("last_cost_only", "Only the last cost is returned: a list with one for each epoch "
               "is asked for.", _costs(lambda c: c[-1]), _costs(lambda c: c[-1:])),
        *found("returns_tensors", "The costs are tensors: note them as plain numbers, by .item().",
               _costs(lambda c: [torch.tensor(v) for v in c]), _costs(torch.tensor)),
        *found("costs_as_text", "The costs are text: note them as plain numbers, by .item().",
               *(_costs(_as_text(n)) for n in (4, 6))),
        *found("costs_rounded", "The costs are rounded: note them as they are.",
               *(_costs(_rounded(n)) for n in (1, 2))),
        *found("costs_summed_up", "Each cost includes those before it: the running total is noted.",
               _costs(lambda c: [math.fsum(c[: n + 1]) for n in range(len(c))])),
        *found("running_mean", "The mean of the costs so far is noted, not each epoch's cost.",
               _costs(lambda c: [math.fsum(c[: n + 1]) / (n + 1) for n in range(len(c))])),
        *found("cost_in_bits", "The costs are in bits: cross_entropy's natural logarithm is asked "
               "for.", _costs(_each(lambda v: v / math.log(2)))),
        *found("noted_with_minus", "The costs have the wrong sign.", _costs(_each(lambda v: -v))),
        *found("list_reversed", "The costs are in reverse order.", _costs(lambda c: c[::-1])),
        Mistake("noted_per_row", "The noted costs are divided by, or multiplied with, the number "
                "of rows: cross_entropy is the mean already.",
                lambda w, b, x, y, n, lr: _costs(_each(lambda v: v / len(x)))(w, b, x, y, n, lr)),
        Mistake("noted_per_row", "The noted costs are divided by, or multiplied with, the number "
                "of rows: cross_entropy is the mean already.",
                lambda w, b, x, y, n, lr: _costs(_each(lambda v: v * len(x)))(w, b, x, y, n, lr)),
        *found("sum_over_the_batch", "The cost is the sum over the batch, and its gradient as many "
               "times too large: the loss is the mean.", _of(Loop(cost=_summed))),
        *found("mean_over_classes_too", "The mean runs over the classes too: sum each row first.",
               _of(Loop(cost=lambda z, y: F.cross_entropy(z, y) / z.shape[1]))),
        *found("double_softmax", "Softmax is applied before cross_entropy, which applies it "
               "itself: pass the logits. With 3 classes such a cost stays above 0.5514.",
               _of(Loop(scores=lambda z: z.softmax(1)))),
        *found("softmax_over_the_batch", "A softmax over the batch (dim=0) comes before "
               "cross_entropy: pass the logits.", _of(Loop(scores=lambda z: z.softmax(0)))),
        *found("sigmoid_before_the_loss", "A sigmoid comes before cross_entropy: pass the logits.",
               _of(Loop(scores=torch.sigmoid))),
        *found("relu_before_the_loss", "A ReLU comes before cross_entropy: pass the logits.",
               _of(Loop(scores=F.relu))),
        *found("squared_error", "The loss is the squared error: cross-entropy is asked for.",
               _of(Loop(cost=_squared)),
               _of(Loop(cost=_squared, scores=lambda z: z.softmax(1)))),
        *found("gradient_ascent", "The steps go uphill: the sign of the cost or of the step is "
               "wrong.", _of(Loop(rate=lambda lr, *_: -lr)),
               _of(Loop(cost=lambda z, y: -F.cross_entropy(z, y)))),
        *found("learning_rate_hard_coded", "The learning rate is a number written in the code: "
               "`lr` is not used.", *(_of(Loop(rate=lambda *_, r=r: r)) for r in rates)),
        *found("learning_rate_scaled", "The steps are a fixed multiple of what `lr` asks for: is "
               "it scaled somewhere?",
               *(_of(Loop(rate=lambda lr, *_, k=k: lr * k)) for k in (100, 10, 2, 0.5, 0.1, 0.01)),
               _of(Loop(rate=lambda lr, rows, _: lr / rows)),
               _of(Loop(rate=lambda lr, rows, _: lr * rows)),
               _of(Loop(rate=lambda lr, _, epochs: lr / epochs))),
        *found("momentum", "The optimiser has momentum: plain SGD is asked for.",
               *(_of(Loop(direction=_momentum(m))) for m in (0.9, 0.5, 0.8, 0.95, 0.99))),
        *found("adam", "The steps are Adam's: plain SGD is asked for.",
               _of(Loop(direction=_adam))),
        *found("rmsprop", "The steps are RMSprop's: plain SGD is asked for.",
               _of(Loop(direction=_rmsprop))),
        *found("adagrad", "The steps are Adagrad's: plain SGD is asked for.",
               _of(Loop(direction=_adagrad))),
        *found("sign_of_the_gradient", "The steps follow the sign of the gradient alone.",
               _of(Loop(direction=lambda g: (g[-1][0].sign(), g[-1][1].sign())))),
        *found("first_gradient_kept", "Every step uses the gradient of the first epoch: compute it "
               "anew in each epoch.", _of(Loop(direction=lambda g: g[0]))),
        *found("step_before_backward", "Each step uses the gradient of the epoch before: step() "
               "stands before backward().",
               _of(Loop(direction=lambda g: g[-2] if len(g) > 1 else (0 * g[0][0], 0 * g[0][1])))),
        *found("bias_not_trained", "The bias is not trained.",
               _of(Loop(direction=lambda g: (g[-1][0], 0 * g[-1][1])))),
        *found("weight_not_trained", "Only the bias is trained.",
               _of(Loop(direction=lambda g: (0 * g[-1][0], g[-1][1])))),
        *found("sample_by_sample", "There is a step for every sample: one step for each epoch is "
               "asked for, on the whole batch.", _of(Loop(rows=_slices(1))),
               _costs_of_last_part(_slices(1))),
        *found("mini_batches", "There is a step for every few samples: one step for each epoch is "
               "asked for, on the whole batch.",
               *(_of(Loop(rows=_slices(k))) for k in (2, 4, 5))),
        *found("first_rows_only", "Only the first rows are used: train on the whole batch.",
               *(_of(Loop(rows=_first(k))) for k in (1, 2, 3, 4, 5)),
               _of(Loop(rows=lambda n: [slice(n // 2)])),
               _of(Loop(rows=lambda n: [slice(n - 1)]))),
        *found("inputs_normalised", "x is standardised before training: train on x as it is, and "
               "leave it unchanged.", _of(Loop(features=_standardised))),
        *found("inputs_scaled", "x is scaled before training: train on x as it is.",
               _of(Loop(features=lambda x: x / x.max())),
               _of(Loop(features=lambda x: (x - x.amin(0)) / (x.amax(0) - x.amin(0))))),
        *found("label_plus_one", "The labels are shifted by one.",
               _of(Loop(cost=lambda z, y: F.cross_entropy(z, (y + 1) % 3))),
               _of(Loop(cost=lambda z, y: F.cross_entropy(z, (y - 1) % 3)))),
        Mistake("weights_reinitialised", "The costs do not depend on the model that is passed in: "
                "a new one is made inside train().",
                ignores=lambda w, b, x, y, n, lr: (2 * w.roll(1, 0), b.roll(1), x, y, n, lr)),
        Mistake("toy_data_built_in", "The costs do not depend on x and y: the data is written in "
                "the code.",
                ignores=lambda w, b, x, y, n, lr: (w, b, 2 - x, (y + 1) % 3, n, lr)),
        Mistake("returns_nothing", NOTHING.sentence, _costs(lambda _: None)),
        *found("empty_list", "The list of costs stays empty: append each epoch's cost.",
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
    model = classifier(student, weight, bias)
    costs = student.call("train", model, x, y, epochs, lr)
    after = {tensor.ndim: tensor for tensor in model.state().values()}
    return [costs, after[2] - weight, after[1] - bias]


def _fresh(draw: Draw, weight: Tensor, bias: Tensor, x: Tensor, *_: Any) -> Iterator[Inputs]:
    for rows, epochs, lr in [(8, 6, 0.07), (5, 3, 0.3), (7, 11, 0.03), (6, 1, 0.4), (4, 101, 0.02)]:
        fresh = like(weight, draw, *weight.shape), like(bias, draw, *bias.shape)
        features, labels = like(x, draw, rows, 4), draw.integers(0, 3, rows)
        yield *fresh, features, labels, epochs, lr


def right_run(
    weight: Tensor, bias: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float
) -> tuple[Pair, Tensor]:
    """Full-batch SGD on cross-entropy: the parameters afterwards, the costs as float64."""
    costs, states = Loop().run(weight, bias, x, y, epochs, lr)
    return states[-1], torch.tensor(costs, dtype=torch.float64)


TRAIN = Formula(_ask, _of(Loop()), _mistakes(), _fresh, _counted)
"""Inputs (weight, bias, x (N, 4), y (N,), epochs, lr); answer [costs, Δweight, Δbias]."""

"""Gradient descent on the cross-entropy with a place for each mistake of a training loop.

The host runs the mistaken loops itself, from the same weights: L = (1/N) Σ −log softmax(xWᵀ + b)_y,
∂L/∂z = (softmax(z) − onehot(y)) / N, and of any other cost the gradient by autograd; each step
W ← W − lr · direction.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

Pair = tuple[Tensor, Tensor]
"""Something for the weight (C, D) and the same for the bias (C,): values, gradients, steps."""

Run = tuple[list[float], list[Pair]]
"""The cost of each epoch before its step; the parameters before each step, and at the end."""


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
    decay: float = 0.0
    penalty: Callable[[Tensor, Tensor], Tensor | float] = lambda w, b: 0.0  # noqa: ARG005

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
                cost, gradient = self._cost(w, b, x[rows], y[rows])
                gradients.append(gradient)
                by_w, by_b = self.direction(gradients)
                w, b = w - lr * (by_w + self.decay * w), b - lr * (by_b + self.decay * b)
                parts.append(cost.item())
            costs.append(math.fsum(parts) / len(parts) if all(map(math.isfinite, parts))
                         else math.nan)  # fmt: skip
        states.append((w, b))
        return costs, states

    def _cost(self, w: Tensor, b: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Pair]:
        """The cost of these rows, and its gradient by (w, b)."""
        if self.penalty is Loop.penalty and self.scores is Loop.scores and self.cost is Loop.cost:
            # Most loops have this cost, and thousands are tried: five times as fast as autograd.
            log_p = F.log_softmax(x @ w.T + b, 1)
            by_z = log_p.exp()
            by_z[torch.arange(len(y)), y] -= 1
            by_z /= len(y)
            return F.nll_loss(log_p, y), (by_z.T @ x, by_z.sum(0))
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        cost = self.cost(self.scores(x @ w.T + b), y) + self.penalty(w, b)
        to_w, to_b = torch.autograd.grad(cost, (w, b))
        return cost.detach(), (to_w, to_b)


ONE_MORE = Loop(count=lambda epochs: epochs + 1)
"""One epoch too many."""


def sum_of(gradients: Sequence[Pair]) -> Pair:
    """The sum of all gradients: what .grad holds that is never cleared."""
    return sum(g[0] for g in gradients), sum(g[1] for g in gradients)  # type: ignore[return-value]


def accumulated(direction: Callable[[list[Pair]], Pair]) -> Callable[[list[Pair]], Pair]:
    """`direction` of gradients that are never cleared: each is the sum of those so far."""

    def sums(gradients: list[Pair]) -> Pair:
        return direction(list(accumulate(gradients, lambda s, g: (s[0] + g[0], s[1] + g[1]))))

    return sums


def momentum(decay: float, dampening: float = 0.0) -> Callable[[list[Pair]], Pair]:
    """v ← m v + g, as torch.optim.SGD; the first v is g."""

    def direction(gradients: list[Pair]) -> Pair:
        v_w, v_b = gradients[0]
        for by_w, by_b in gradients[1:]:
            v_w, v_b = decay * v_w + (1 - dampening) * by_w, decay * v_b + (1 - dampening) * by_b
        return v_w, v_b

    return direction


def nesterov(decay: float) -> Callable[[list[Pair]], Pair]:
    """g + m v with v ← m v + g, as torch.optim.SGD with nesterov=True."""
    velocity = momentum(decay)

    def direction(gradients: list[Pair]) -> Pair:
        (v_w, v_b), (by_w, by_b) = velocity(gradients), gradients[-1]
        return by_w + decay * v_w, by_b + decay * v_b

    return direction


def clipped_norm(largest: float) -> Callable[[list[Pair]], Pair]:
    """The gradient scaled down to a norm, as torch.nn.utils.clip_grad_norm_."""

    def direction(gradients: list[Pair]) -> Pair:
        by_w, by_b = gradients[-1]
        norm = (by_w.square().sum() + by_b.square().sum()).sqrt()
        scale = (largest / (norm + 1e-6)).clamp(max=1.0)
        return by_w * scale, by_b * scale

    return direction


def clipped_values(largest: float) -> Callable[[list[Pair]], Pair]:
    """Each number of the gradient cut to ±largest, as torch.nn.utils.clip_grad_value_."""
    return lambda g: (g[-1][0].clamp(-largest, largest), g[-1][1].clamp(-largest, largest))


def slower(factor: Callable[[int], float]) -> Callable[[list[Pair]], Pair]:
    """The gradient times a factor that hangs on the number of steps before it."""
    return lambda g: (g[-1][0] * factor(len(g) - 1), g[-1][1] * factor(len(g) - 1))


def adam(gradients: list[Pair]) -> Pair:
    """m̂ / (√v̂ + ε) with β = (0.9, 0.999), ε = 1e-8."""

    def one(history: Sequence[Tensor]) -> Tensor:
        m, v, n = torch.zeros_like(history[0]), torch.zeros_like(history[0]), len(history)
        for g in history:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return m / (1 - 0.9**n) / ((v / (1 - 0.999**n)).sqrt() + 1e-8)

    by_w, by_b = zip(*gradients, strict=True)
    return one(by_w), one(by_b)


def rmsprop(gradients: list[Pair]) -> Pair:
    """g / (√v + ε) with v ← 0.99 v + 0.01 g²."""

    def one(history: Sequence[Tensor]) -> Tensor:
        v = torch.zeros_like(history[0])
        for g in history:
            v = 0.99 * v + 0.01 * g**2
        return history[-1] / (v.sqrt() + 1e-8)

    by_w, by_b = zip(*gradients, strict=True)
    return one(by_w), one(by_b)


def adagrad(gradients: list[Pair]) -> Pair:
    """g / (√Σg² + ε)."""

    def one(history: Sequence[Tensor]) -> Tensor:
        return history[-1] / (sum(g**2 for g in history) ** 0.5 + 1e-10)

    by_w, by_b = zip(*gradients, strict=True)
    return one(by_w), one(by_b)


def summed(z: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy summed over the batch."""
    return F.cross_entropy(z, y, reduction="sum")


def squared(z: Tensor, y: Tensor) -> Tensor:
    """The mean squared error against one-hot rows."""
    return F.mse_loss(z, F.one_hot(y, z.shape[1]).float())


def smoothed(share: float) -> Callable[[Tensor, Tensor], Tensor]:
    """The cross-entropy with `share` of each label spread over all classes."""
    return lambda z, y: F.cross_entropy(z, y, label_smoothing=share)


def squares(weight: float, *, bias: bool) -> Callable[[Tensor, Tensor], Tensor]:
    """L2 in the cost: weight · (Σ w² and, if asked for, Σ b²)."""
    return lambda w, b: weight * (w.square().sum() + (b.square().sum() if bias else 0.0))


def absolutes(weight: float, *, bias: bool) -> Callable[[Tensor, Tensor], Tensor]:
    """L1 in the cost: weight · (Σ |w| and, if asked for, Σ |b|)."""
    return lambda w, b: weight * (w.abs().sum() + (b.abs().sum() if bias else 0.0))


def weighted(z: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy with each class weighted by one over its number of rows."""
    counts = torch.bincount(y, minlength=z.shape[1]).clamp(min=1)
    return F.cross_entropy(z, y, weight=1 / counts)


def divided(z: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy, divided by the number of rows once more."""
    return F.cross_entropy(z, y) / len(y)


def stopped(ends: Callable[[list[float]], bool], *, steps: bool) -> Callable[[Run], Run]:
    """A run that ends at the first cost for which `ends`; `steps` says whether it still steps."""

    def change(run: Run) -> Run:
        costs, states = run
        for n in range(1, len(costs) + 1):
            if ends(costs[:n]):
                return costs[:n], states[: n + steps]
        return run

    return change


def standardised(x: Tensor) -> Tensor:
    """Each column of x (N, D) with mean 0 and deviation 1."""
    return (x - x.mean(0)) / x.std(0)


def slices(size: int) -> Callable[[int], list[slice]]:
    """The rows in parts of `size`."""
    return lambda n: [slice(i, i + size) for i in range(0, n, size)]


def every(k: int, first: int = 0) -> Callable[[list[float]], list[float]]:
    """Every k-th of the costs."""
    return lambda costs: costs[first::k]


def as_text(digits: int) -> Callable[[list[float]], list[str]]:
    """The costs as text."""
    return lambda costs: [f"{cost:.{digits}f}" for cost in costs]


def rounded(digits: int) -> Callable[[list[float]], list[float]]:
    """The costs to a few digits."""
    return lambda costs: [round(cost, digits) for cost in costs]


def each(factor: Callable[[float], float]) -> Callable[[list[float]], list[float]]:
    """Every cost changed alike."""
    return lambda costs: [factor(cost) for cost in costs]

"""What an optimiser did in a training run: how large its steps were, whether its gradients fitted.

Only torch's own optimisers are seen. Whoever changes weights by hand leaves no record here.
"""

from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_pre_hook


class Updates:
    """Counts of `backward()`, `zero_grad()` and `step()` in the order in which they came."""

    def __init__(self) -> None:
        self._parameters: list[Tensor] = []  # of the optimiser that stepped last
        self._settings: dict[str, float] = {}
        self._rates = [0.0, 0.0]  # of the first step and of the last
        self._slowed = 0  # steps with less than a thousandth of the first rate
        self._seen = {"backward": 0, "zero_grad": 0}  # since the last step
        self.steps = 0
        self._without_gradient = 0  # steps that found none, though backward() had come before
        self._cleared_too_soon = 0  # of these: zero_grad() came between backward() and the step
        self._begun = 0  # calls of backward() that were the first after a step
        self._stale = 0  # of these: the gradients of the step before were still there

    def backward(self) -> None:
        """Gradients are about to be added to."""
        if self._parameters and not self._seen["backward"]:
            self._begun += 1
            self._stale += _any_gradient(self._parameters)
        self._seen = {"backward": self._seen["backward"] + 1, "zero_grad": 0}

    def zero_grad(self) -> None:
        """Gradients were cleared."""
        self._seen["zero_grad"] += 1

    def step(self, optimizer: Optimizer) -> None:
        """`optimizer` is about to change its parameters."""
        groups = optimizer.param_groups
        self._parameters = [parameter for group in groups for parameter in group["params"]]
        self._settings = {
            name: float(groups[0][name])
            for name in ("lr", "weight_decay")
            if isinstance(groups[0].get(name), int | float)
        }
        rate = self._settings.get("lr", 0.0)
        self.steps += 1
        self._rates = [self._rates[0] if self.steps > 1 else rate, rate]
        self._slowed += rate < self._rates[0] / 1000
        cleared = self._seen["zero_grad"] > 0
        # A gradient that is zero without having been cleared did arrive: of a ReLU, for one.
        lost = (
            not _any_gradient(self._parameters)
            if cleared
            else all(parameter.grad is None for parameter in self._parameters)
        )
        if self._seen["backward"] and lost:
            self._without_gradient += 1
            self._cleared_too_soon += cleared
        self._seen = {"backward": 0, "zero_grad": 0}

    def summary(self) -> dict[str, list[float]]:
        """What there is to tell, as `Trace.summary` does.

        `updates`, the number of steps; `rate` of the first and of the last; `slowed`, the share of
        steps with less than a thousandth of the first rate; `decay` of the last one; `stale`, the
        share of gradients that were added to those of the step before; `gradless`, the share of
        steps without a gradient; `cleared_too_soon`, that of steps whose gradient was cleared
        before.
        """
        steps = self.steps
        return {
            "updates": [float(steps)],
            "rate": self._rates if "lr" in self._settings else [],
            "slowed": [self._slowed / steps] if steps else [],
            "decay": [self._settings["weight_decay"]] if "weight_decay" in self._settings else [],
            "stale": [self._stale / self._begun] if self._begun else [],
            "gradless": [self._without_gradient / steps] if steps else [],
            "cleared_too_soon": [self._cleared_too_soon / steps] if steps else [],
        }


def hooks(hear: Any) -> None:
    """From now on `hear(name, *args)` of each step and of each `zero_grad()`."""
    register_optimizer_step_pre_hook(lambda optimizer, *_: hear("step", optimizer))
    for owner in (Optimizer, nn.Module):
        _hear_zero_grad(owner, hear)


def _hear_zero_grad(owner: Any, hear: Any) -> None:
    function = owner.zero_grad

    def zero_grad(self: Any, set_to_none: bool = True) -> None:
        hear("zero_grad")
        function(self, set_to_none)

    zero_grad.__doc__ = function.__doc__
    owner.zero_grad = zero_grad


def _any_gradient(parameters: list[Tensor]) -> bool:
    """Whether any gradient is there that is not zero; the small ones are looked at first."""
    return any(
        parameter.grad is not None and bool(parameter.grad.any())
        for parameter in sorted(parameters, key=Tensor.numel)
    )

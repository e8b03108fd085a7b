"""Curves of a training run in a result's metrics: made fit for it, drawn, remarked upon.

Metrics whose value is a tuple are curves, a value for each epoch: `loss` and `training_accuracy`,
with a suffix where an assignment trains several models (`loss_deep`). They are observed in the
student's process, so they serve feedback alone; nothing is decided by them.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, Literal

from grader.course.document import read_mapping
from grader.course.sources import SHIPPED

Metrics = Mapping[str, float | tuple[float, ...]]
"""Of one assignment, as a result holds them."""

LONGEST = 100
"""Points of a curve in a result."""

_OF_A_RUN = re.compile(r"(?:loss|diverged_in_epoch|diverged_in_step)((?:_\w+)?)")

BARS = "▁▂▃▄▅▆▇█"


@cache
def reference(assignment: str) -> Mapping[str, Any]:
    """What the staff know of an assignment's curves, from `curves.yaml` beside its hidden checks.

    `layers`, how many linear ones the model should have, and for a curve's name the lowest and
    highest loss that plain solutions end at.
    """
    path = SHIPPED / assignment / "curves.yaml"
    return read_mapping(path)[0] if path.is_file() else {}


def shortened(curve: Sequence[float]) -> tuple[float, ...]:
    """The finite beginning of `curve`, in at most `LONGEST` points from its first to its last."""
    finite = [float(value) for value in takewhile(math.isfinite, curve)]
    if len(finite) <= LONGEST:
        return tuple(finite)
    step = (len(finite) - 1) / (LONGEST - 1)
    return tuple(finite[round(n * step)] for n in range(LONGEST))


def training_metrics(
    curves: Mapping[str, Sequence[float]], suffix: str = ""
) -> dict[str, float | tuple[float, ...]]:
    """The metrics of one model's training: its curves, and when it diverged."""
    metrics: dict[str, float | tuple[float, ...]] = {}
    for name, key in (("loss", "loss"), ("accuracy", "training_accuracy")):
        if points := shortened(curves.get(name, ())):
            metrics[key + suffix] = points
    if next(iter(curves.get("softmaxed", ())), 0.0) > 0.8:
        metrics["softmax_twice" + suffix] = 1.0
    if (when := diverged_in(curves)) is not None:
        unit, number = when
        metrics[f"diverged_in_{unit}{suffix}"] = float(number)
    return metrics


def diverged_in(
    curves: Mapping[str, Sequence[float]],
) -> tuple[Literal["epoch", "step"], int] | None:
    """When the loss was no longer a number: an epoch where a loader tells them apart, or a step."""
    match curves.get("diverged"):
        case [epoch, step] if math.isfinite(epoch) and math.isfinite(step):
            return ("epoch", int(epoch)) if epoch > 0 else ("step", int(step))
    return None


def sparkline(curve: Sequence[float], width: int = 30) -> str:
    """`curve`, finite numbers, as a line of bars, at most `width` of them."""
    shown = [curve[round(n * (len(curve) - 1) / (width - 1))] for n in range(width)]
    shown = list(curve) if len(curve) <= width else shown
    # By the largest first: differences of numbers near the largest float overflow.
    largest = max(map(abs, shown), default=0.0) or 1.0
    shown = [value / largest for value in shown]
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    spread = high - low or 1.0
    return "".join(BARS[round((value - low) / spread * (len(BARS) - 1))] for value in shown)


def curves(metrics: Metrics) -> Iterator[tuple[str, tuple[float, ...]]]:
    """The name of each curve, in words, and its values."""
    for name, curve in metrics.items():
        if isinstance(curve, tuple) and len(curve) > 1 and not name.startswith("accuracy"):
            yield name.replace("_", " "), curve


def charts(assignment: str, metrics: Metrics) -> Iterator[tuple[str, str]]:
    """The name of each curve, and it drawn with its ends and what plain solutions reach."""
    for name, curve in curves(metrics):
        band = reference(assignment).get(name.replace(" ", "_"))
        usual = f"; plain solutions end at {band[0]:g}–{band[1]:g}" if band else ""
        ends = f"{curve[0]:.3g} → {curve[-1]:.3g}"
        yield name, f"{sparkline(curve)}  {ends}{usual}"


def remarks(assignment: str, metrics: Metrics) -> Iterator[str]:
    """What a training and its model tell that no check decides."""
    layers, usual = metrics.get("layers"), reference(assignment).get("layers")
    if usual and isinstance(layers, float) and layers > usual:
        yield f"The model has {layers:.0f} linear layers: the handout asks for {usual}."
    # A suffix names the function whose model was trained.
    suffixes = {found[1]: None for name in metrics if (found := _OF_A_RUN.fullmatch(name))}
    for suffix in suffixes:
        curve = metrics.get("loss" + suffix)
        which = f" of {suffix[1:]}()" if suffix else ""
        for unit in ("epoch", "step"):
            diverged = metrics.get(f"diverged_in_{unit}{suffix}")
            if isinstance(diverged, float):
                yield f"The training{which} diverged in {unit} {diverged:.0f}: learning rate?"
        if not isinstance(curve, tuple) or len(curve) < 2:
            continue
        last = curve[-1]
        if metrics.get("softmax_twice" + suffix):
            yield (
                f"cross_entropy was given probabilities{which}, so softmax is taken twice: the "
                f"loss ends at {last:.3g} and cannot come near 0. Give it the logits."
            )
        elif (band := reference(assignment).get("loss" + suffix)) and last > band[1]:
            falling = last < 0.98 * curve[-max(2, len(curve) // 10)]
            why = "it still falls: more epochs or larger steps?" if falling else "learning rate?"
            ends = f"The loss{which} ends at {last:.3g}"
            yield f"{ends}, that of plain solutions at {band[1]:g} or less; {why}"

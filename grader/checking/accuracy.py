"""Judging a trained model by its accuracy on held-out examples."""

from collections.abc import Callable, Sequence
from statistics import median

from torch import Tensor, cat, isfinite

from grader.checking.comparison import describe, require
from grader.checking.draw import Draw
from grader.checking.failure import Failure
from grader.result import Verdict

_SECOND_LOOKS = 2
_LOOK = 100


def accuracy_of(scores: object, labels: Tensor, classes: int, *, asked: str) -> float:
    """The share of rows whose largest score is at their label; scores must be finite, (N, classes).

    Raises:
        Failure: `scores` is no such tensor.
    """
    shape = (len(labels), classes)
    fits = isinstance(scores, Tensor) and scores.shape == shape
    require(fits, asked=asked, got=f"{describe(scores)} instead of scores of shape {shape}")
    assert isinstance(scores, Tensor)
    real = scores.is_floating_point()
    require(real, asked=asked, got=f"{describe(scores)} instead of scores with decimals")
    finite = bool(isfinite(scores).all())
    require(finite, asked=asked, got="scores that are NaN or infinite")
    return (scores.argmax(1) == labels).double().mean().item()


def steady_scores(
    ask: Callable[[Tensor], object], inputs: Tensor, draw: Draw, *, asked: str
) -> object:
    """What `ask` gives for `inputs` (N, …) in one batch, if it gives the same in other batches.

    Some rows are asked again among others, in batches of a drawn size, some of them twice in one.

    Raises:
        Failure: a row's scores hang on its place or on its batch.
    """
    whole = ask(inputs)
    count = len(inputs)
    for _ in range(_SECOND_LOOKS):
        size = draw.integer(min(count // 5, _LOOK), min(count // 2, 4 * _LOOK) + 1)
        some = draw.permutation(count)[:size]
        some = cat([some, some[: size // 4 + 1]])
        require_alike(ask(inputs[some]), whole, some, asked=asked)
    return whole


def require_alike(again: object, before: object, rows: Tensor, *, asked: str) -> None:
    """Require of scores (M, C) that they are those which `rows` (M,) had `before`, (N, C).

    What is no tensor of finite scores is let pass: `accuracy_of` says what is wrong with it.

    Raises:
        Failure: they differ by more than another order of summation explains.
    """
    for scores in (again, before):
        if not isinstance(scores, Tensor) or scores.ndim != 2 or not scores.is_floating_point():
            return
    assert isinstance(again, Tensor)
    assert isinstance(before, Tensor)
    fits = again.shape == (len(rows), before.shape[1])
    require(fits, asked=asked, got=f"{describe(again)} for {len(rows)} rows")
    if not isfinite(before).all():
        return
    known = before[rows].double()
    room = 1e-4 + 1e-3 * known.abs().amax(1)
    alike = (again.double() - known).abs().amax(1) <= room
    other = len(rows) - int(alike.sum())
    if other:
        raise Failure(
            Verdict.FAILED,
            asked=asked,
            got=f"{other} of {len(rows)} examples got other scores in another batch",
            hint="Scores of an example come from that example alone, and from what training left "
            "in the model.",
        )


def measured(
    trials: Sequence[Callable[[], float]], *, first: int, near: float, margin: float
) -> list[float]:
    """The accuracies of the first trials; of all, where the threshold `near` is close or disputed.

    Close is a median within `margin`; disputed is that some trials reach it and others do not. An
    odd number of trials, of which the median decides, so that no single seed does.
    """
    found = [trial() for trial in trials[:first]]
    reached = [accuracy >= near for accuracy in found]
    disputed = any(reached) and not all(reached)
    if disputed or abs(median(found) - near) <= margin:
        found += [trial() for trial in trials[first:]]
    return found


def require_accuracy(
    found: Sequence[float],
    *,
    ramp: tuple[float, float],
    asked: str,
    worth: float = 1.0,
) -> None:
    """Full points from the upper end of `ramp` on, none below the lower, in between in proportion.

    The median of the accuracies `found` decides; `worth` is the share that all points are.

    Raises:
        Failure: below the upper end; its `share` is the part of the points that is earned.
    """
    none, full = ramp
    accuracy = median(found)
    if accuracy >= full:
        return
    got = f"{_percent(accuracy, 1)} right"
    if len(found) > 1:
        reached = sum(value >= full for value in found)
        how_often = f"{reached} of them reach{'es' if reached == 1 else ''}" if reached else None
        got += (
            f" (median of {len(found)} runs: {_percent(min(found), 1)} to "
            f"{_percent(max(found), 1)}; {how_often or 'none reaches'} {_percent(full)})"
        )
    raise Failure(
        Verdict.FAILED,
        asked=asked,
        got=f"{got}. Points grow from {_percent(none)} to {_percent(full)}.",
        share=worth * max(0.0, (accuracy - none) / (full - none)),
    )


def _percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"

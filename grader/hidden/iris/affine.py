"""Whether a model is a softmax model: up to the softmax, Wx + b."""

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor

from grader.checking import Draw, HeldOut, Model, require
from grader.checking.diagnosis.activations import after_the_layer
from grader.checking.diagnosis.layers import listed
from grader.checking.facts import OTHER_WEIGHTS, TOO_DEEP

_STRAIGHT = 1e-2


def affine_part(model: Model, held_out: HeldOut, draw: Draw) -> Tensor:
    """The logits (45, 3) of the held-out flowers by the Wx + b that the model is elsewhere.

    Raises:
        Failure: it is no such model: it bends, or names flowers as no Wx + b does.
    """
    asked = "the model half-way between two flowers"
    # The held-out flowers, and points around them where a kink that no flower meets would show.
    near = held_out.inputs.mean(0) + draw.normal(60, 4, scale=4)
    points = torch.cat([held_out.inputs, near])
    left, right = points[draw.permutation(len(points))], points
    scores = model.scores(torch.cat([left, right, (left + right) / 2]))
    right_form = isinstance(scores, Tensor) and scores.shape == (3 * len(points), 3)
    require(right_form, asked=asked, got="scores of another shape than (N, 3)")
    finite = bool(torch.isfinite(scores).all())
    require(finite, asked=asked, got="scores that are NaN or infinite")
    ends, others, middles = _logits(scores).chunk(3)
    error = (middles - (ends + others) / 2).abs().amax(1)
    size = torch.maximum(ends.abs(), others.abs()).amax(1)
    seen = torch.isfinite(error)  # a probability of zero has no logit
    sure = int(seen.sum()) < 10
    require(
        not sure,
        asked=asked,
        got="probabilities that are all exactly 0 or 1",
        diagnosis=_other_layers(model.state()) if sure else None,
    )
    straight = error[seen] <= _STRAIGHT * (1 + size[seen])
    bends = not bool(straight.all())
    bent_by = _bent_by(model, scores[: len(points)], left) if bends else None
    got = "logits that do not lie half-way: it bends"
    require(not bends, asked=asked, got=got, diagnosis=bent_by)
    flowers = len(held_out.labels)
    elsewhere = torch.cat([right[flowers:], (left + right) / 2])
    logits = torch.cat([others[flowers:], middles])
    known = torch.isfinite(logits).all(1)
    affine = _affine(elsewhere[known], logits[known], held_out.inputs)
    same = int((affine.argmax(1) == scores[len(points) :][:flowers].argmax(1)).sum())
    # One flower may lie on the border of two species, where the last digit decides.
    require(same >= flowers - 1, asked=asked, got="names of flowers that no Wx + b gives")
    return affine


def _bent_by(model: Model, scores: Tensor, x: Tensor) -> str | None:
    state = model.state()
    return _other_layers(state) or after_the_layer(scores, state, x)


def _other_layers(state: Mapping[str, Tensor]) -> str | None:
    """In which way the parameters are not those of one layer, four features to three species."""
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
    tables = [shape for shape in shapes.values() if len(shape) == 2]
    chained = all(one[0] == following[1] for one, following in pairwise(tables))
    if {(3, 4), (4, 3)} & set(tables) or (len(tables) > 1 and chained):
        return TOO_DEEP.format(len(tables)) if len(tables) > 1 else None
    return OTHER_WEIGHTS.format("3 × 4", listed(shapes))


def _affine(x: Tensor, logits: Tensor, at: Tensor) -> Tensor:
    """The logits at `at` (M, 4) of the Wx + b that fits `logits` (N, 3) at `x` (N, 4) best."""
    x, at = (torch.cat([z, torch.ones(len(z), 1)], 1).double() for z in (x, at))
    fit: Tensor = at @ torch.linalg.lstsq(x, logits, driver="gelsd").solution
    return fit


def _logits(scores: Tensor) -> Tensor:
    """Logits (N, 3), each row up to a constant, of a model that returns them or probabilities."""
    scores = scores.double()
    # float32 holds smaller probabilities too, but no longer exactly.
    logits = (
        scores.where(scores > 1e-30, 0.0).log()
        if are_probabilities(scores, len(scores))
        else scores
    )
    return logits - logits.mean(1, keepdim=True)


def are_probabilities(scores: object, rows: int) -> bool:
    """Whether scores are (rows, 3) and each row sums to one."""
    if not isinstance(scores, Tensor) or scores.shape != (rows, 3):
        return False
    return bool((scores >= 0).all() and ((scores.double().sum(1) - 1).abs() < 1e-3).all())

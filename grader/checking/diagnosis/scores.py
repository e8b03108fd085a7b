"""What a trained model's scores and its training run tell about how it was trained.

Evidence, not formulas: each finding is a statement about held-out examples (N of them, C classes)
or about the run that would hardly be true by chance. Several may hold; the first one that explains
the others is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from grader.amounts import counted
from grader.checking.accuracy import require_alike
from grader.checking.datasets import HeldOut
from grader.checking.diagnosis.evidence import NEARLY_ALL, Evidence
from grader.checking.diagnosis.inputs import of_inputs
from grader.checking.diagnosis.names import of_names
from grader.checking.diagnosis.runs import STALE, described, of_run
from grader.checking.failure import Failure
from grader.checking.student import Model
from grader.curves import diverged_in
from grader.result import Verdict


def findings(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The names and sentences of all that is found, the most telling first."""
    scores = evidence.scores(evidence.held_out.inputs)
    if not isinstance(scores, Tensor) or scores.ndim != 2:
        if isinstance(scores, Tensor) and scores.ndim == 1 and not scores.is_floating_point():
            yield (
                "classes_returned",
                (
                    "The model returns the class's number: return the scores of "
                    "all classes, argmax is taken by whoever asks."
                ),
            )
        return
    if not scores.is_floating_point() or len(scores) != len(evidence.held_out.labels):
        return  # the check itself says so
    if scores.shape[1] != evidence.classes:
        yield (
            "wrong_number_of_scores",
            (
                f"The model gives {counted(scores.shape[1], 'score')} for each row; there are "
                f"{evidence.classes} classes."
            ),
        )
        return
    if not torch.isfinite(scores).all():
        # Where gradients add up, that is why it diverged.
        yield STALE if evidence.mostly("stale") else ("diverged", _diverged(evidence.curves))
        return
    one = evidence.scores(evidence.held_out.inputs[:1])
    if isinstance(one, Tensor) and one.ndim == 1:
        yield (
            "squeezed",
            ("A batch of one loses its batch axis: `squeeze()` is one word too many in forward."),
        )
        return
    if _rows_depend_on_each_other(scores):
        yield (
            "softmax_over_the_batch",
            (
                "The scores of a row depend on the other rows and sum to one over the batch: the "
                "softmax runs over dim=0."
            ),
        )
        return
    if unsteady := list(_unsteady(evidence, scores)):
        yield from unsteady
        return
    proven = [*of_run(evidence)] or [*of_inputs(evidence)]
    yield from proven
    if proven:
        return
    yield from of_names(evidence, scores)
    if unused := _unused_features(evidence, scores):
        yield (
            "features_unused",
            (
                f"The scores do not depend on feature {', '.join(map(str, unused))}: "
                "every column belongs to the model."
            ),
        )
    accuracy = evidence.accuracy(evidence.held_out.inputs)
    if accuracy >= NEARLY_ALL:
        return
    if fault := _fault_of_layers(evidence):
        yield "structure", fault
    else:
        yield described(evidence, accuracy)


def _fault_of_layers(evidence: Evidence) -> str | None:
    try:
        if evidence.structure is not None:
            evidence.structure()
    except Failure as failure:
        return failure.diagnosis
    return None


def _diverged(curves: Mapping[str, Sequence[float]]) -> str:
    when = diverged_in(curves)
    where = f" in {when[0]} {when[1]}" if when else ""
    return f"Training diverged{where}: the weights became NaN or infinite. A smaller learning rate?"


def _rows_depend_on_each_other(scores: Tensor) -> bool:
    sums = scores.double().sum(0)
    return bool((scores >= 0).all()) and bool(((sums - 1).abs() < 1e-3).all())


def _unsteady(evidence: Evidence, scores: Tensor) -> Iterator[tuple[str, str]]:
    """Whether a row gets other scores in another place, or in other company."""
    inputs = evidence.held_out.inputs
    if not _alike(evidence.scores(inputs), scores):  # each question has an order of its own
        yield (
            "unsteady",
            (
                "The same batch gets other scores when it is asked once more in another order: no "
                "row's scores may hang on its place, on earlier calls, or on random numbers. "
                "`F.dropout`, for one, goes on in evaluation mode unless `training=self.training`."
            ),
        )
    elif not _alike(evidence.scores(inputs[: len(inputs) // 2]), scores[: len(inputs) // 2]):
        yield (
            "depends_on_the_batch",
            (
                "The scores of a row depend on the other rows of its batch: is a mean, a standard "
                "deviation or a softmax taken over dim=0, or over the whole batch? In evaluation "
                "mode a model may use only what it kept from training, as BatchNorm does."
            ),
        )


def _alike(answer: object, scores: Tensor) -> bool:
    """Whether an answer is those scores, but for another order of summation."""
    try:
        require_alike(answer, scores, torch.arange(len(scores)), asked="")
    except Failure:
        return False
    return True


def _unused_features(evidence: Evidence, scores: Tensor) -> list[int]:
    """The numbers, from 1, of those columns of (N, D) inputs that change no score."""
    inputs = evidence.held_out.inputs
    if inputs.ndim != 2:
        return []
    unused = []
    for column in range(inputs.shape[1]):
        changed = inputs.clone()
        changed[:, column] += 1
        answer = evidence.scores(changed)
        if not isinstance(answer, Tensor) or answer.shape != scores.shape:
            continue
        # Sums may differ in the last digit from one place in a batch to another.
        if torch.allclose(answer.double(), scores.double(), rtol=1e-6, atol=1e-7):
            unused.append(column + 1)
    return unused


def diagnosis_of(
    model: Model,
    scores: Callable[[Tensor], object],
    held_out: HeldOut,
    classes: int,
    structure: Callable[[], object] | None = None,
) -> str | None:
    """The first finding about a model, by what `scores` it gives, as a sentence.

    `structure` requires that its layers are right: asked where its training explains nothing.
    """
    evidence = Evidence(scores, held_out, model.curves, classes, structure)
    try:
        return next((sentence for _, sentence in findings(evidence)), None)
    except Failure:
        return None


@contextmanager
def explained_by(diagnose: Callable[[], str | None]) -> Iterator[None]:
    """Give a `Failure` raised inside the diagnosis that `diagnose()` finds."""
    try:
        yield
    except Failure as failure:
        if failure.verdict is Verdict.FAILED and not failure.diagnosis:
            failure.diagnosis = diagnose()
        raise

"""The names behind the sentences that students read, for tests that compare diagnoses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module

from grader.checking import facts
from grader.checking.diagnosis import Formula
from grader.course.sources import SHIPPED
from grader.result import AssignmentResult, Verdict

FINDINGS = {
    "no_relu": "nothing between the layers",
    "relu_missing": "A ReLU is missing after layer",
    "other_between": "Between the layers there is",
    "after_the_layer": "After the linear layer there is",
    "something_at_the_end": "After the last layer there is",
    "batch_norm": "a BatchNorm among the layers",
    "cleared_too_soon": "comes between backward",
    "gradless": "finds no gradient in the parameters",
    "stale": "gradients are not cleared from step",
    "no_step": "no optimiser made a step",
    "few_steps": "does it stand inside the loop",
    "few_gradients": "inside the loop over the batches",
    "one_step": "backward\\(\\) was called once in all",
    "rate_falls": "nearly all steps were tiny",
    "exploded": "and this one was far above",
    "another_loss": "The loss is torch's",
    "units_alike": "have the same weights: they began alike",
    "other_weights": "A softmax model has one weight of",
    "strong_decay": "has weight_decay=",
    "columns_permuted": "same features in another order",
    "row_number_used": "number of the row comes first",
    "still_falling": "It was still falling at the end",
    "described": "How does the loss change in the course",
    "classes_returned": "returns the class's number: return the scores",
    "diverged": "Training diverged",
    "softmax_over_the_batch": "sum to one over the batch",
    "unsteady": "gets other scores when it is asked once more",
    "depends_on_the_batch": "depend on the other rows of its batch",
    "untrained": "is never called, so autograd",
    "loss_rises": "The loss rose from",
    "negative_loss": "falls below zero without end",
    "nothing_learned": "The loss is the same in each epoch.*how far does",
    "class_order": "but in another order",
    "classes_never_seen": "The labels in training were of",
    "another_model": "Is it the trained model that is returned",
    "double_softmax": "Softmax is taken twice in training",
    "features_unused": "do not depend on feature",
    "unrelated_labels": "that of guessing",
    "scaled_outside": "features that are shifted or scaled",
    "wrong_number_of_scores": "scores? for each row; there are",
    "squeezed": "A batch of one loses its batch axis",
    "one_batch": "trains on one batch of",
    "unshuffled": "Nearly every batch holds one class alone",
    "not_flattened": "The images are not flattened",
    "cut_off": "The loss is cut off from the weights",
    "float_labels": "The labels are floats",
    "integers_and_floats": "Integers and floats meet here",
    "cost_used_twice": "The cost is computed once and used again",
    "too_deep": "weight matrices with a nonlinearity between",
    "wrong_widths": "linear layers are others than the handout",
    "no_model_returned": re.escape(facts.NO_MODEL_RETURNED),
    "other_returned": re.escape(facts.OTHER_RETURNED),
    "no_hidden_layer": re.escape(facts.NO_HIDDEN_LAYER),
    "no_parameters": "The module has no parameters",
    "several_layers": "linear layers?, .*: one is asked for",
    "sizes_swapped": "The sizes of .* are swapped",
    "other_sizes": "numbers and gives",
    "layer_renamed": "The layer is kept as",
    "no_bias": re.escape(facts.NO_BIAS),
    "other_in_evaluation": re.escape(facts.OTHER_IN_EVALUATION),
    "other_each_time": re.escape(facts.OTHER_EACH_TIME),
    "worked_in_float32": re.escape(facts.WORKED_IN_FLOAT32),
    "cut_off_from_weights": re.escape(facts.CUT_OFF_FROM_WEIGHTS),
    "changed_in_place": re.escape(facts.CHANGED_IN_PLACE),
}
"""What a sentence of each finding contains."""

FITTED = {
    "class_count_hard_coded": "The number of columns is written in the code",
    "epochs_hard_coded": "The number of epochs is written in the code",
}

FORMULAS: dict[str, Formula] = {
    f"{path.parent.name}.{name}": value
    for path in sorted(SHIPPED.glob("*/[a-z]*.py"))
    if not path.name.startswith("test_")
    for name, value in vars(import_module(f"grader.hidden.{path.parent.name}.{path.stem}")).items()
    if isinstance(value, Formula) and name.isupper()
}
"""All formulas that a folder of hidden checks holds."""

_SENTENCES = {m.sentence: m.name for formula in FORMULAS.values() for m in formula.mistakes}


def name_of(diagnosis: str) -> str | None:
    """The name of the mistake that `diagnosis` tells, its evidence aside."""
    for sentence, name in _SENTENCES.items():
        if diagnosis.endswith(sentence[1:]):
            return name
    for name, words in (FINDINGS | FITTED).items():
        if re.search(words, diagnosis):
            return name
    return None


def named(result: AssignmentResult) -> set[str]:
    """The names of all mistakes that a result tells; what an exception means is none."""
    found = set()
    for check in result.checks:
        told = check.feedback and check.feedback.diagnosis
        if not told or told.startswith("The same mistake as in"):
            continue
        for sentence in _single(told):
            name = name_of(sentence)
            if name is not None:
                found.add(name)
            assert name or check.verdict is Verdict.ERRORED, f"no mistake says this: {sentence}"
    return found


def _single(diagnosis: str) -> list[str]:
    """The sentences of a diagnosis of two mistakes at once, or its own."""
    return re.sub(r"^Two mistakes at once. First: ", "", diagnosis).split(" Second: ")


@dataclass(frozen=True)
class Share:
    """How wrong solutions are named: those named just as expected, and names that are wrong."""

    number: int
    right: int
    false: dict[str, set[str]]
    unnamed: list[str]

    def __str__(self) -> str:
        """The figures on one line."""
        return (
            f"wrong solutions: {self.number}; named rightly: {self.right} "
            f"({self.right / self.number:.1%}); given a false name: {self.false or 0}; "
            f"not or not fully named: {self.unnamed or 0}"
        )


def share(found: Mapping[str, tuple[Iterable[str], set[str]]]) -> Share:
    """Of solutions by id: the names expected and the names told."""
    right = [name for name, (wanted, told) in found.items() if told and told == set(wanted)]
    false = {n: told - set(wanted) for n, (wanted, told) in found.items() if told - set(wanted)}
    unnamed = sorted(found.keys() - set(right) - false.keys())
    return Share(len(found), len(right), false, unnamed)

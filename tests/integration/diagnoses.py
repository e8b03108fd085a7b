"""The names behind the sentences that students read, for tests that compare diagnoses."""

import re

from grader.checking.diagnosis import (
    Formula,
    binary,
    classifier,
    cross_entropy,
    facts,
    nll,
    one_hot,
    softmax,
    softmax_module,
    training,
)
from grader.result import AssignmentResult

FINDINGS = {
    "classes_returned": "returns the class's number: return the scores",
    "diverged": "Training diverged",
    "softmax_over_the_batch": "sum to one over the batch",
    "untrained": "No gradient was ever taken",
    "loss_rises": "The loss rises from epoch to epoch",
    "gradient_ascent": "negative and falls without end",
    "nothing_learned": "The loss is the same in each epoch",
    "class_order": "but in another order",
    "classes_never_seen": "classes never occur among the answers",
    "another_model": "but the returned model does not do so",
    "too_few_epochs": "has hardly begun to fall",
    "one_class": "Every example gets the same class",
    "features_unused": "do not depend on feature",
    "unrelated_labels": "that of guessing",
    "scaled_outside": "features that are shifted or scaled",
    "wrong_number_of_scores": "scores for each row; there are",
    "squeezed": "A batch of one loses its batch axis",
    "one_batch": "trains on one batch of",
    "unshuffled": "Nearly every batch holds one class alone",
    "not_flattened": "The images are not flattened",
    "cut_off": "The loss is cut off from the weights",
    "float_labels": "The labels are floats",
    "cost_used_twice": "The cost is computed once and used again",
    "too_deep": "weight matrices with a nonlinearity between",
    "no_bias": re.escape(facts.NO_BIAS),
    "changed_in_place": re.escape(facts.CHANGED_IN_PLACE),
}
"""What a sentence of each finding contains."""

FITTED = {
    "class_count_hard_coded": "The number of columns is written in the code",
    "epochs_hard_coded": "The number of epochs is written in the code",
}

FORMULAS: dict[str, Formula] = {
    name: value
    for module in (
        softmax,
        softmax_module,
        cross_entropy,
        nll,
        one_hot,
        binary,
        classifier,
        training,
    )
    for name, value in vars(module).items()
    if isinstance(value, Formula) and name.isupper()
}

_SENTENCES = {m.sentence: m.name for formula in FORMULAS.values() for m in formula.mistakes}


def name_of(diagnosis: str) -> str:
    """The name of the mistake that `diagnosis` tells, its evidence aside."""
    for sentence, name in _SENTENCES.items():
        if diagnosis.endswith(sentence[1:]):
            return name
    for name, words in (FINDINGS | FITTED).items():
        if re.search(words, diagnosis):
            return name
    raise AssertionError(f"no mistake has this sentence: {diagnosis}")


def named(result: AssignmentResult) -> set[str]:
    """The names of all mistakes that a result tells."""
    return {
        name_of(check.feedback.diagnosis)
        for check in result.checks
        if check.feedback is not None and check.feedback.diagnosis
    }

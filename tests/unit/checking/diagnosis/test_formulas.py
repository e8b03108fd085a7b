"""Every mistake is told apart from every other, and nothing is told about the right formula."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import (
    After,
    Before,
    Formula,
    Inputs,
    Mistake,
    both,
    diagnose,
    few,
)
from grader.checking.draw import Draw
from grader.hidden.cross_entropy.binary import BINARY, BINARY_GRADIENT
from grader.hidden.cross_entropy.binary_multi import BINARY_MULTI
from grader.hidden.cross_entropy.cross_entropy import CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT
from grader.hidden.cross_entropy.likelihood import LOG_LIKELIHOOD
from grader.hidden.cross_entropy.nll import NLL, NLL_GRADIENT
from grader.hidden.cross_entropy.one_hot import ONE_HOT
from grader.hidden.softmax.softmax import SOFTMAX, SOFTMAX_GRADIENT
from grader.hidden.softmax.softmax_module import SOFTMAX_MODULE
from grader.hidden.training_loop.classifier import LOGITS
from grader.hidden.training_loop.training import TRAIN

D = Draw(1)
X, W, B = D.normal(8, 4), D.normal(3, 4), D.normal(3)
Z, Y = D.normal(7, 3, scale=2), D.integers(0, 3, 7)
P, T = D.uniform(0.01, 0.99, 5), D.integers(0, 2, 5).float()
SURE = torch.tensor([1e-4, 1 - 1e-4, 1e-4, 1 - 1e-4])
CASES: dict[str, tuple[Formula, list[Inputs]]] = {
    "softmax": (SOFTMAX, [(Z, 1), (D.normal(4, 5, scale=1e4), 1), (Z.double(), 1), (Z, None)]),
    "softmax_gradient": (SOFTMAX_GRADIENT, [(Z, 1, D.normal(7, 3))]),
    "module": (SOFTMAX_MODULE, [(W, B, X)]),
    "cross_entropy": (CROSS_ENTROPY, [(Z, Y), (Z * 300, Y), (Z.double(), Y)]),
    "cross_entropy_gradient": (CROSS_ENTROPY_GRADIENT, [(Z, Y, torch.tensor(1.0))]),
    "nll": (NLL, [(Z.log_softmax(1), Y), (Z.double().log_softmax(1), Y)]),
    "one_hot": (ONE_HOT, [(D.integers(0, 5, 6), 5)]),
    "binary": (BINARY, [(P, T), (SURE, torch.tensor([1.0, 1.0, 0.0, 0.0]))]),
    "binary_gradient": (BINARY_GRADIENT, [(D.normal(5, 3), D.normal(3), D.normal(), T)]),
    "nll_gradient": (NLL_GRADIENT, [(Z.log_softmax(1), Y, torch.tensor(1.0))]),
    "likelihood": (
        LOG_LIKELIHOOD,
        [(D.normal(n, 4).softmax(1), D.integers(0, 4, n)) for n in (5, 4)],
    ),
    "binary_multi": (BINARY_MULTI, [(D.uniform(0.01, 0.99, 5, 3), D.integers(0, 2, 5, 3).float())]),
    "logits": (LOGITS, [(W, B, X)]),
    "train": (TRAIN, [(W, B, X, D.integers(0, 3, 8), 5, 0.1)]),
}
"""Formulas, and inputs as checks fail on: plain, extreme, of other dtypes."""

ONLY_IN_GRADIENTS = {
    "detached": "softmax_gradient",
    "detached_denominator": "softmax_gradient",
    "detached_numerator": "softmax_gradient",
    "gradient_without_one_over_n": "cross_entropy_gradient",
}
"""Mistakes whose values are right, and where they show."""


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """As the grader runs; many small operations are slower on several threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_told_about_the_right_formula(case: str) -> None:
    """The right formula is never taken for a mistaken one, on whatever inputs."""
    formula, inputs = CASES[case]
    for each in inputs:
        assert diagnose(formula.right, formula, each, Draw(5)) is None


@pytest.mark.parametrize("case", [name for name in CASES if "gradient" not in name])
def test_each_mistake_is_told_by_its_name_and_by_no_other(case: str) -> None:
    """Code that makes a mistake is told this one, or nothing where it does not show."""
    formula, inputs = CASES[case]
    told: dict[str, set[str]] = {}
    first = {id(mistake) for mistake in few(formula.mistakes, 1)}
    for mistake in formula.mistakes:
        if mistake.predict is not None:
            for each in inputs:
                # Two at once take long to be sought: for one variant of each mistake.
                pairs = id(mistake) in first
                found = diagnose(mistake.predict, formula, each, Draw(5), pairs=pairs)
                told.setdefault(mistake.name, set()).update({found.name} if found else ())
    false = {name: names - {name} for name, names in told.items() if names - {name}}
    unnamed = {name for name, names in told.items() if name not in names}
    assert not false
    assert unnamed <= ONLY_IN_GRADIENTS.keys() | ({"always_float32"} if case == "nll" else set())


@pytest.mark.parametrize(("name", "case"), ONLY_IN_GRADIENTS.items())
def test_a_cut_graph_shows_in_the_gradient(name: str, case: str) -> None:
    """A formula with the right value and a wrong gradient is told by its gradient."""
    formula, [inputs] = CASES[case]
    [mistake] = [m for m in formula.mistakes if m.name == name]
    assert mistake.predict is not None
    found = diagnose(mistake.predict, formula, inputs, Draw(5))
    assert found is not None
    assert found.name == name


def test_two_mistakes_that_explain_the_same_are_not_told() -> None:
    """Where two names explain every answer, neither is claimed."""
    twins = [Mistake(name, name, lambda x: 2 * x) for name in ("doubled", "added_to_itself")]
    formula = Formula(lambda x: x, lambda x: x, twins, lambda _, x: iter([(x + 1,), (x + 2,)]))
    assert diagnose(lambda x: x + x, formula, (torch.ones(2),), Draw(1)) is None


def test_a_coincidence_on_the_failed_inputs_is_not_told() -> None:
    """A mistake that explains the failed answer, but no fresh one, is not claimed."""
    squared = Mistake("squared", "squared", lambda x: x**2)
    formula = Formula(lambda x: x, lambda x: x, [squared], lambda _, x: iter([(x + 1,), (x + 2,)]))
    assert diagnose(lambda x: 2 * x, formula, (torch.full((2,), 2.0),), Draw(1)) is None
    assert diagnose(lambda x: x * x, formula, (torch.full((2,), 2.0),), Draw(1)) is squared


def test_code_that_raises_on_fresh_inputs_is_no_evidence() -> None:
    """Code that answers once and raises from then on is told nothing."""
    answers = iter([torch.full((2,), 4.0)])
    squared = Mistake("squared", "squared", lambda x: x**2)
    formula = Formula(lambda x: x, lambda x: x, [squared], lambda _, x: iter([(x + 1,)]))

    def once(x: torch.Tensor) -> torch.Tensor:
        for answer in answers:
            return answer
        raise ValueError

    assert diagnose(once, formula, (torch.full((2,), 2.0),), Draw(1)) is None


@pytest.mark.parametrize("case", CASES)
def test_sentences_are_sentences(case: str) -> None:
    """Each sentence ends as one does, shows no value of an input, and belongs to one name."""
    names: dict[str, str] = {}
    for mistake in CASES[case][0].mistakes:
        assert mistake.sentence[-1] in ".?"
        assert names.setdefault(mistake.sentence, mistake.name) == mistake.name


@pytest.mark.parametrize("shape", [(0, 1 << 40), (1, 1001), (3, 0)])
def test_no_table_is_made_as_wide_as_a_worker_claims(shape: tuple[int, int]) -> None:
    """A reply of no bytes may claim billions of columns: it leads to no hypothesis of that size."""
    assert ONE_HOT.fitted(torch.empty(shape)) == ()


@pytest.mark.parametrize("case", ["module", "logits"])
def test_an_ignored_layer_is_told_only_of_answers_that_vary(case: str) -> None:
    """Another layer answers otherwise for each input; a constant or NaN is another mistake."""
    formula, [inputs] = CASES[case]
    other = D.normal(3, 4)
    told = diagnose(lambda _, __, x: x @ other.T, formula, inputs, Draw(5))
    assert told is not None
    assert told.name.startswith(("module_new_layer", "classifier_new_layer"))
    constant = [torch.full((3,), math.nan), torch.tensor([0.2, 0.3, 0.5]), torch.tensor([1, 2, 3])]
    for row in constant:
        mute = diagnose(lambda _, __, x, row=row: row.repeat(len(x), 1), formula, inputs, Draw(5))
        assert mute is None


def test_two_mistakes_at_once_are_both_named() -> None:
    """Code that makes two known mistakes is told both; one of them alone does not explain it."""
    found = diagnose(
        lambda z, y: z.log_softmax(1).gather(1, y[:, None]).sum(), CROSS_ENTROPY, (Z, Y), Draw(5)
    )
    assert found is not None
    assert found.names == ("minus_forgotten", "sum_over_the_batch")
    found = diagnose(lambda z, _: z.exp() / z.exp().sum(-1, True), SOFTMAX, (100 * Z, 0), Draw(5))
    assert found is not None
    assert found.names == ("ignores_dim", "no_max_shift")


@pytest.mark.parametrize("second", ["momentum", "cost_after_the_step", "sum_over_the_batch"])
def test_two_mistakes_in_a_training_loop_are_both_named(second: str) -> None:
    """Gradients that add up are told beside another optimiser, another cost, a late note."""

    def train(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[Any]:
        weight, bias = w.clone().requires_grad_(), b.clone().requires_grad_()
        decay = 0.9 if second == "momentum" else 0.0
        optimizer = torch.optim.SGD([weight, bias], lr=lr, momentum=decay)
        reduction = "sum" if second == "sum_over_the_batch" else "mean"
        costs = []
        for _ in range(epochs):
            cost = F.cross_entropy(x @ weight.T + bias, y, reduction=reduction)
            cost.backward()
            optimizer.step()
            if second == "cost_after_the_step":
                cost = F.cross_entropy(x @ weight.T + bias, y)
            costs.append(cost.item())
        return [costs, weight.detach() - w, bias.detach() - b]

    [inputs] = CASES["train"][1]
    found = diagnose(train, TRAIN, inputs, Draw(5))
    assert found is not None
    assert set(found.names) == {"missing_zero_grad", second}


def _plus_one(x: Tensor) -> Tensor:
    return x + 1


def test_what_changes_inputs_or_answers_is_made_beside_any_other_mistake() -> None:
    """Before and after a third formula, and the one before the other."""
    negated = Mistake("negated", "negated", Before(_plus_one, lambda x: (-x,)))
    doubled = Mistake("doubled", "doubled", After(_plus_one, lambda y: 2 * y))
    squared = Mistake("squared", "squared", torch.square)
    rolled = Mistake("rolled", "rolled", lambda x: x.roll(1))
    mistakes = [negated, doubled, squared, rolled]
    formula = Formula(
        lambda x: x, _plus_one, mistakes, lambda draw, _: iter([(draw.normal(5),) for _ in "ab"])
    )

    def names(answer: Any) -> tuple[str, ...]:
        found = diagnose(answer, formula, (Draw(2).normal(4),), Draw(1))
        return found.names if found else ()

    assert names(lambda x: 2 * x**2) == ("doubled", "squared")
    assert names(lambda x: (-x).roll(1)) == ("negated", "rolled")
    assert names(lambda x: 2 * (1 - x)) == ("doubled", "negated")
    assert names(lambda x: x.roll(1) ** 2) == ()


def test_two_at_once_are_not_sought_again_in_vain() -> None:
    """Whoever asks says so; a single mistake is sought each time."""
    doubled = Mistake("doubled", "doubled", After(_plus_one, lambda y: 2 * y))
    squared = Mistake("squared", "squared", torch.square)
    fresh = lambda draw, _: iter([(draw.normal(5),) for _ in "ab"])  # noqa: E731
    formula = Formula(lambda x: x, _plus_one, [doubled, squared], fresh)
    inputs = (Draw(2).normal(4),)
    assert diagnose(lambda x: 2 * x**2, formula, inputs, Draw(1), pairs=False) is None
    assert diagnose(torch.square, formula, inputs, Draw(1), pairs=False) is squared


def test_two_pairs_that_explain_the_same_are_not_told() -> None:
    """Where more than one pair of mistakes explains every answer, nothing is claimed."""
    doubled, added = (Mistake(name, name, lambda x: 4 * x) for name in ("doubled", "added"))
    other = Mistake("other", "other", lambda x: 3 * x)

    def pairs(*_: Any) -> list[Mistake]:
        return [both(one, other, lambda x: 5 * x) for one in (doubled, added)]

    def told(pairs: Any) -> Mistake | None:
        fresh = lambda _, x: iter([(x + 1,), (x + 2,)])  # noqa: E731
        formula = Formula(lambda x: x, lambda x: x, [doubled, other], fresh, pairs=pairs)
        return diagnose(lambda x: 5 * x, formula, (torch.ones(2),), Draw(1))

    assert told(pairs) is None
    [one, _] = pairs()
    assert told(lambda *_: [one]) is one


def test_of_two_mistakes_the_variant_that_is_made_is_told() -> None:
    """The default axis 0 with a temperature of 2 is not told as the default axis 1."""

    def wrong(z: Tensor, dim: int | None) -> Tensor:
        return torch.softmax(z / 2, 0 if dim is None else dim)

    found = diagnose(wrong, SOFTMAX, (Z, None), Draw(3))
    assert found is not None
    assert found.names == ("default_axis", "temperature")
    assert "axis 0 is used" in found.sentence

"""Random inputs: the same for a replay, different for each purpose, and of the shape asked for."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checking import Draw
from grader.checking.draw import derive_seed


def test_a_seed_gives_the_same_inputs_again() -> None:
    """A replay with the seed of a run draws what the run drew."""
    assert torch.equal(Draw(5).normal(3, 2), Draw(5).normal(3, 2))
    assert not torch.equal(Draw(5).normal(3, 2), Draw(6).normal(3, 2))


@given(st.integers(0, 2**40), st.text(max_size=5), st.text(max_size=5))
def test_each_purpose_has_a_seed_of_its_own(seed: int, one: str, other: str) -> None:
    """Purposes of different names get different seeds, also when the names run together."""
    assert 0 <= derive_seed(seed, one) < 2**32
    if one:
        assert derive_seed(seed, one, other) != derive_seed(seed, one + other)


def test_inputs_have_the_form_asked_for() -> None:
    """Shapes, dtypes and bounds are those of the docstrings."""
    draw = Draw(1)
    assert draw.normal(2, 3, dtype=torch.float64).dtype == torch.float64
    assert draw.normal(1000, scale=10).std() > 5
    uniform = draw.uniform(2, 3, 1000)
    assert uniform.shape == (1000,)
    assert (uniform >= 2).all()
    assert (uniform < 3).all()
    whole = draw.integers(-2, 3, 1000)
    assert whole.dtype == torch.int64
    assert set(whole.tolist()) == {-2, -1, 0, 1, 2}
    assert sorted(draw.permutation(20).tolist()) == list(range(20))
    assert draw.integer(4, 5) == 4

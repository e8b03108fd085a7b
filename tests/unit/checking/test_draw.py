"""Random inputs: the same for a replay, different for each purpose, and of the shape asked for."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checking import Draw
from grader.checking.draw import derive


def test_a_key_gives_the_same_inputs_again() -> None:
    """A replay with the secret of a run draws what the run drew, and goes on from there."""
    one, again = Draw(5), Draw(5)
    assert torch.equal(one.normal(3, 2), again.normal(3, 2))
    assert torch.equal(one.permutation(9), again.permutation(9))
    assert not torch.equal(Draw(5).normal(3, 2), Draw(6).normal(3, 2))
    assert not torch.equal(one.normal(3, 2), one.normal(3, 2))


@given(st.integers(0, 2**256 - 1), st.text(max_size=5), st.text(max_size=5))
def test_each_purpose_has_a_key_of_its_own(secret: int, one: str, other: str) -> None:
    """Purposes of different names get different keys, also when the names run together."""
    assert 0 <= derive(secret, one) < 2**256
    assert derive(secret, one, other) != derive(secret, one + other)
    assert derive(secret, one, other) != derive(secret, f"{one}\0{other}")


@pytest.mark.parametrize("bit", [0, 31, 32, 64, 127, 200, 255])
def test_each_bit_of_a_secret_counts(bit: int) -> None:
    """Secrets that differ in one bit, wherever it is, give other keys and other numbers."""
    assert derive(1 << bit, "inputs") != derive(0, "inputs")
    assert not torch.equal(Draw(1 << bit).integers(0, 1 << 62, 4), Draw(0).integers(0, 1 << 62, 4))
    assert derive((1 << 256) - 1, "inputs").bit_length() > 200  # a full-length digest


def test_numbers_have_the_distribution_asked_for() -> None:
    """Mean, spread, tails and shares of many numbers are those of the distribution."""
    normal = Draw(1).normal(100_000, dtype=torch.float64)
    assert abs(float(normal.mean())) < 0.02
    assert abs(float(normal.std()) - 1) < 0.02
    assert 3.5 < float(normal.abs().max()) < 8
    assert torch.isfinite(normal).all()
    uniform = Draw(1).uniform(0, 1, 100_000)
    assert abs(float(uniform.mean()) - 0.5) < 0.01
    shares = torch.bincount(Draw(1).integers(0, 3, 90_000)) / 90_000
    assert (shares - 1 / 3).abs().max() < 0.01
    firsts = torch.stack([Draw(n).permutation(3) for n in range(600)])[:, 0]
    assert torch.bincount(firsts).min() > 150


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

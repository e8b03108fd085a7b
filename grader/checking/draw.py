"""Random inputs from the secret seed: different for each check, the same for each replay."""

import hashlib

import torch
from torch import Tensor


def derive_seed(seed: int, *names: str) -> int:
    """A seed for one purpose, 32 bits as numpy wants it; it tells nothing of `seed`."""
    text = "\0".join([str(seed), *names]).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "big")


class Draw:
    """Inputs for one check."""

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """A tensor of `shape` from a normal distribution with standard deviation `scale`."""
        return scale * torch.randn(shape, generator=self._generator, dtype=dtype)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """A float32 tensor of `shape`, uniform in [low, high)."""
        return low + (high - low) * torch.rand(shape, generator=self._generator)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """An int64 tensor of `shape`, uniform in [low, high)."""
        return torch.randint(low, high, shape, generator=self._generator)

    def permutation(self, n: int) -> Tensor:
        """An int64 tensor (n,): the numbers below `n` in random order."""
        return torch.randperm(n, generator=self._generator)

    def integer(self, low: int, high: int) -> int:
        """An integer in [low, high)."""
        return int(self.integers(low, high))

"""What is drawn from the secret of a run: other for each purpose, the same for each replay.

A secret has 256 bits. Keys for single purposes come out of it by a keyed one-way function, and
numbers out of a key by a cryptographic stream, so that nothing that student code is given, inputs
above all, tells anything about what else was drawn.
"""

import hashlib
import json
import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

_KEY_BYTES = 32


def derive(secret: int, *purpose: str) -> int:
    """A key of 256 bits for one purpose; it tells nothing of `secret` nor of another key."""
    digest = hashlib.blake2b(
        json.dumps(purpose).encode(), key=secret.to_bytes(_KEY_BYTES), digest_size=_KEY_BYTES
    )
    return int.from_bytes(digest.digest())


class Draw:
    """Numbers drawn one after the other from a key below 2^256."""

    def __init__(self, key: int) -> None:
        self._key = key.to_bytes(_KEY_BYTES)
        self._drawn = 0

    def normal(self, *shape: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """A tensor of `shape` from a normal distribution with standard deviation `scale`."""
        # In the middle of 2^52 equal parts of (0, 1): neither end, which has no finite quantile.
        shares = ((self._words(shape) >> 12) + 0.5) * 2.0**-52
        values: Tensor = torch.special.ndtri(torch.from_numpy(shares))
        return scale * values.to(dtype).reshape(shape)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """A float32 tensor of `shape`, uniform in [low, high)."""
        shares = (self._words(shape) >> 40) * 2.0**-24  # as many as float32 tells apart
        return low + (high - low) * torch.from_numpy(shares).float().reshape(shape)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """An int64 tensor of `shape`, uniform in [low, high)."""
        numbers = low + (self._words(shape) % (high - low)).astype(np.int64)
        return torch.from_numpy(numbers).reshape(shape)

    def permutation(self, n: int) -> Tensor:
        """An int64 tensor (n,): the numbers below `n` in random order."""
        return torch.from_numpy(self._words((n,)).argsort(kind="stable"))

    def integer(self, low: int, high: int) -> int:
        """An integer in [low, high)."""
        return int(self.integers(low, high))

    def _words(self, shape: tuple[int, ...]) -> npt.NDArray[np.uint64]:
        """As many words as `shape` has places, in one row, each of their 64 bits random."""
        self._drawn += 1
        stream = hashlib.shake_256(self._key + self._drawn.to_bytes(8))
        return np.frombuffer(stream.digest(8 * math.prod(shape)), "<u8")

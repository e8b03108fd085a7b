"""What submissions are graded with: assignments, checks, the secret, data."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from grader.checking.datasets import HeldOut, MnistData, load_mnist, split_iris
from grader.checking.draw import derive
from grader.course.assignment import Assignment, imports_of
from grader.course.sources import SHIPPED, digest_of, test_files

HIDDEN = SHIPPED
IRIS_SPLITS = 5


@dataclass(frozen=True)
class Plan:
    """What to grade with: the assignments, the checks, the secret seed below 2^256, the data.

    `checks` is the folder of hidden tests, None for public checks alone; for an assignment that it
    has none for, the shipped ones are used. `data` is the folder that holds MNIST/raw, None for the
    embedded digits.
    """

    assignments: Sequence[Assignment]
    checks: Path | None
    seed: int
    data: Path | None = None

    def files(self) -> list[Path]:
        """The test files of the plan's assignments."""
        return [path for a in self.assignments for path in test_files(a, self.checks)]

    @cached_property
    def digests(self) -> dict[str, str]:
        """Assignment → digest of all that decides its score; see `digest_of`."""
        return {a.id: digest_of(a, self.checks, self.data) for a in self.assignments}

    @cached_property
    def digest(self) -> str:
        """The same of all assignments together."""
        together = hashlib.sha256("".join(self.digests.values()).encode())
        return f"sha256:{together.hexdigest()}"

    @property
    def dataset(self) -> Literal["mnist", "digits"]:
        """The name of the data that stands for MNIST."""
        return "mnist" if self.data else "digits"

    @property
    def preload(self) -> list[str]:
        """What students of these assignments import besides torch: the less, the faster a fork."""
        return imports_of(self.assignments)

    @cached_property
    def mnist(self) -> MnistData:
        """MNIST, loaded when an assignment first needs it."""
        return load_mnist(self.data, derive(self.seed, "mnist"))

    @cached_property
    def iris(self) -> list[tuple[bytes, HeldOut]]:
        """Splits of the flowers: a student's Iris.csv, and what was held out from it."""
        [folder] = [a.folder for a in self.assignments if a.data == "iris"]
        csv = (folder / "Iris.csv").read_bytes()
        seeds = [derive(self.seed, "iris", str(n)) for n in range(IRIS_SPLITS)]
        return [split_iris(csv, seed) for seed in seeds]

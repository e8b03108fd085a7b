"""What submissions are graded with: assignments, checks, the secret, data."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.assignment import Assignment, imports_of
from grader.course.sources import SHIPPED, digest_of, test_files

if TYPE_CHECKING:
    from grader.checking.datasets import DataSet, Trial

HIDDEN = SHIPPED


@dataclass(frozen=True)
class Plan:
    """What to grade with: the assignments, the checks, the secret seed below 2^256, the data.

    `checks` is the folder of hidden tests, None for public checks alone; for an assignment that it
    has none for, the shipped ones are used. `data` is the folder of data sets that
    are not in the course, None without.
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
    def preload(self) -> list[str]:
        """What students of these assignments import besides torch: the less, the faster a fork."""
        return imports_of(self.assignments)

    @cached_property
    def data_sets(self) -> "dict[str, DataSet]":
        """Assignment → its data set."""
        # It needs torch, and a plan is made before anything imports that.
        from grader.checking.datasets import data_set_of

        return {a.id: data_set_of(a, self.checks, self.data) for a in self.assignments}

    @property
    def dataset(self) -> dict[str, str]:
        """Data set that has a class of its own → which data stand for it."""
        sets = [(a.data, self.data_sets[a.id]) for a in self.assignments]
        return {key: one.name for key, one in sets if isinstance(key, str)}

    def trials(self, assignment: Assignment) -> "Sequence[Trial]":
        """The trials of an assignment, made when it is first graded."""
        if assignment.id not in self._trials:
            self._trials[assignment.id] = self.data_sets[assignment.id].trials(self.seed)
        return self._trials[assignment.id]

    @cached_property
    def _trials(self) -> "dict[str, Sequence[Trial]]":
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the data: each process loads its own."""
        kept = {field.name for field in fields(self)} | {"digests", "digest"}
        return {name: value for name, value in vars(self).items() if name in kept}

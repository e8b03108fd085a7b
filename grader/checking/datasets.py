"""The data that trained models are judged on: held-out examples that stay in the host.

A data set says what goes into the jail, what is held out and in how many trials. `data` in
assignment.yaml names it: a table in the assignment's folder, or a folder of hidden checks whose
`data.py` has a class `Data`, made of the folder GRADER_DATA (None without one).

Labels are permuted by the secret seed, the same way for training and for judging, so that weights
or tables that were shipped with the code are wrong, whatever they know. The order of examples is
drawn too, so that the place of one tells nothing but the label that stands beside it.
"""

import csv
import io
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from grader.checking.draw import Draw, derive
from grader.checking.process import StandIn
from grader.course.assignment import Assignment, TableFile
from grader.course.sources import SHIPPED, data_module
from grader.errors import ConfigurationError, naming

WORKER_SEEDS = (101, 102, 103)
"""Of the worker's generators. Student code can read them (`torch.initial_seed()`): they are the
same in every run, so that they say nothing about its secret."""


@dataclass(frozen=True)
class HeldOut:
    """Examples the student's code never saw, and their labels (N,) int64, host only.

    `train` are the features that the student's code trains on, where a diagnosis needs them.
    """

    name: str
    inputs: Tensor
    labels: Tensor
    train: Tensor | None = None


@dataclass(frozen=True)
class Trial:
    """One run of the student's code: what lies in its jail, and what it is judged on.

    The later trials are run where the first leave a threshold in doubt.
    """

    held_out: HeldOut | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    seed: int = WORKER_SEEDS[0]
    stand_in: StandIn | None = None


class DataSet(Protocol):
    """What an assignment's models are trained and judged on; `name` says which data these are."""

    name: str

    def trials(self, seed: int) -> Sequence[Trial]:
        """The trials that the secret `seed` gives."""


class NamedData(DataSet, Protocol):
    """A data set with a class of its own, in the `data.py` of a folder of hidden checks."""

    def describe(self) -> str:
        """Where its data come from, for `grader doctor`."""

    def download(self) -> None:
        """Fetch what is missing into the folder that it was made of."""


class NoData:
    """An assignment without data: one trial."""

    name = "none"

    def trials(self, seed: int) -> Sequence[Trial]:  # noqa: ARG002 - nothing is drawn
        """A jail with the student's files alone."""
        return [Trial()]


class Table:
    """The table in `path`, as `written` in assignment.yaml; `name` is the assignment's."""

    def __init__(self, name: str, path: Path, written: TableFile) -> None:
        self.name = name
        self.path = path
        self.written = written

    def trials(self, seed: int) -> Sequence[Trial]:
        """A split of the rows for each."""
        with naming(self.path):
            written = self.path.read_bytes()
        try:
            content = written.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise self._problem("not UTF-8; save it as UTF-8") from None
        seeds = [derive(seed, self.name, str(n)) for n in range(self.written.splits)]
        splits = [self.split(content, one) for one in seeds]
        return [Trial(held_out, {self.written.file: table}) for table, held_out in splits]

    def split(self, content: str, seed: int) -> tuple[bytes, HeldOut]:
        """The table for the jail, sorted by class, and the rows held out, features (N, D).

        Raises:
            ConfigurationError: no such label, a cell that is no number, a class of too few rows.
        """
        header, *rows = [row for row in csv.reader(io.StringIO(content)) if row] or [[]]
        counts_from, features, place = self._columns(header, rows)
        classes = sorted({row[place] for row in rows}, key=_by_number)
        names = list(range(len(classes)))
        if self.written.permute_labels:
            names = Draw(derive(seed, "renaming")).permutation(len(classes)).tolist()
        rows = [rows[i] for i in Draw(derive(seed, "order")).permutation(len(rows))]
        table = torch.tensor([[float(row[i]) for i in features] for row in rows])
        labels = torch.tensor([names[classes.index(row[place])] for row in rows])
        split = Draw(derive(seed, "split"))
        of_class = [(labels == label).nonzero().flatten() for label in range(len(classes))]
        shuffled = [members[split.permutation(len(members))] for members in of_class]
        counts = [round(self.written.held_out * len(members)) for members in shuffled]
        parts = list(zip(shuffled, counts, strict=True))
        if not all(0 < n < len(members) for members, n in parts):
            raise self._problem("a class has too few rows to hold out some and keep some")
        # Sorted by the new names, not the old ones: the order of the blocks tells no renaming.
        train = torch.cat([members[n:] for members, n in parts])
        held = torch.cat([members[:n] for members, n in parts])
        held = held[split.permutation(len(held))]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        for number, i in enumerate(train.tolist()):
            row = [*rows[i]]
            row[place] = classes[int(labels[i])]
            if counts_from is not None:
                row[0] = str(counts_from + number)
            writer.writerow(row)
        held_out = HeldOut(self.name, table[held], labels[held], table[train])
        return text.getvalue().encode(), held_out

    def _columns(
        self, header: list[str], rows: list[list[str]]
    ) -> tuple[int | None, list[int], int]:
        """The first number of a column that counts the rows, the features, the label's column."""
        if self.written.label not in header:
            raise self._problem(f'no column "{self.written.label}"; there are {", ".join(header)}')
        place = header.index(self.written.label)
        for number, row in enumerate(rows, 2):
            if len(row) != len(header):
                raise self._problem(f"row {number} has {len(row)} cells, not {len(header)}")
            for i, cell in enumerate(row):
                if i != place and not _is_number(cell):
                    raise self._problem(f'row {number}: "{cell}" in "{header[i]}" is no number')
        first = [row[0] for row in rows]
        counts_from = next(
            (n for n in (0, 1) if place and first == [str(n + i) for i in range(len(rows))]), None
        )
        left_out = {place} if counts_from is None else {place, 0}
        return counts_from, [i for i in range(len(header)) if i not in left_out], place

    def _problem(self, sentence: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}: {sentence}")


def data_set_of(assignment: Assignment, checks: Path | None, folder: Path | None) -> DataSet:
    """The data set of an assignment; `folder` is GRADER_DATA.

    Raises:
        ConfigurationError: there is none of the name in assignment.yaml.
    """
    match assignment.data:
        case TableFile() as written:
            return Table(assignment.id, assignment.folder / written.file, written)
        case str() as name:
            return _load(data_module(assignment, name, checks), folder)
    return NoData()


def shipped_data_sets(folder: Path | None) -> Iterator[NamedData]:
    """The data sets of the shipped checks that have classes of their own."""
    for path in sorted(SHIPPED.glob("*/data.py")):
        yield _load(path, folder)


def _load(path: Path, folder: Path | None) -> NamedData:
    spec = spec_from_file_location(f"data_of_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look there
    try:
        spec.loader.exec_module(module)
        made: NamedData = module.Data(folder)
    except Exception as error:  # staff's own code
        raise ConfigurationError(f"{path}: has no usable class Data: {error}") from error
    return made


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _by_number(label: str) -> tuple[float, str]:
    """Labels that are numbers in their order, others by the alphabet."""
    return (float(label) if _is_number(label) else math.inf, label)

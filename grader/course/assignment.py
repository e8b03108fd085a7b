"""Assignments as staff describe them in `assignments/<id>/assignment.yaml`."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from grader.amounts import total
from grader.course.document import Written, line_of, problem, read_document, unknown
from grader.course.moments import in_zone, parsed
from grader.errors import ConfigurationError

FILE = "assignment.yaml"

IGNORED_IMPORTS = (
    "matplotlib", "seaborn", "plotly", "tqdm", "tensorboard", "tensorboardX",
    "torch.utils.tensorboard", "IPython",
)  # fmt: skip
"""Modules that draw or report: where solutions are graded they accept all, and do nothing."""

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Task(Written):
    """A numbered part of an assignment: one function or class; worth `points`."""

    number: Annotated[int, Field(ge=1)]
    title: Title
    points: Annotated[float, Field(gt=0)]


class Limits(Written):
    """What student code may use.

    Args:
        seconds: for one request. Time in which the code waits for a processor that others use
            does not count.
        total: seconds for all requests of all checks together; see `total_seconds`.
        memory: MiB above torch's own.
    """

    seconds: Annotated[float, Field(gt=0)]
    total: Annotated[float, Field(gt=0)] | None = None
    memory: Annotated[int, Field(gt=0)]

    @property
    def total_seconds(self) -> float:
        """`total`, or what honest work never meets: ten requests' time, at least five minutes."""
        return max(10 * self.seconds, 300.0) if self.total is None else self.total

    @model_validator(mode="after")
    def _has_time_for_a_request(self) -> Self:
        if self.total is not None and self.total < self.seconds:
            sentence = f"the total is less than the {self.seconds:g} seconds of a single request"
            raise problem(sentence, "total")
        return self


class TableFile(Written):
    """A table of examples, a CSV file with a header in the assignment's folder.

    Args:
        file: its name.
        label: the column to be predicted; the others are numbers, a count of the rows is left out.
        held_out: the share of each class that the student's code never sees.
        splits: in how many ways the rows are divided, each for a trial of its own.
        permute_labels: whether the labels are renamed, so that what is known of the file is wrong.
    """

    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.csv$")]
    label: Title
    held_out: Annotated[float, Field(gt=0, lt=1)] = 0.25
    splits: Annotated[int, Field(ge=1, le=20)] = 5
    permute_labels: bool = True


def _table_or_name(value: object) -> object:
    if value is None or isinstance(value, dict | TableFile):
        return value
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value):
        return value
    raise problem(
        f'"data" is {value!r}; write {{file: table.csv, label: column}}, or the name of a folder '
        "of hidden checks that has a data.py"
    )


DataKey = Annotated[
    Annotated[
        Annotated[TableFile, Tag("table")] | Annotated[str, Tag("name")],
        Discriminator(lambda value: "name" if isinstance(value, str) else "table"),
    ]
    | None,
    BeforeValidator(_table_or_name),
]


class AssignmentFile(Written):
    """The content of `assignment.yaml`.

    Args:
        title: what students read.
        order: its place among the assignments; no two share one.
        files: file students edit → names it must define.
        tasks: numbered 1, 2, …
        limits: of the student's code, for each request and in all.
        forbidden: task number → names of torch functions that task must do without.
        data: the data set its checks need: a table, or the name of one with a class of its own.
        due: when it is due, as it is written; `Assignment.due_in` reads it.
        hidden_titles: whether the titles of hidden checks are shown at once, or once it is due.
            None: at once, but those of staff's private checks once it is due.
        imports: modules that solutions import, made ready before the clock starts.
        ignored_imports: modules that solutions may import and that do nothing where they are
            graded, besides those of `IGNORED_IMPORTS`.
    """

    title: Title
    order: int
    files: dict[str, tuple[str, ...]]
    tasks: tuple[Task, ...]
    limits: Limits
    forbidden: Annotated[dict[int, tuple[str, ...]], Field(default_factory=dict)]
    data: DataKey = None
    # Read only by those who ask for it, so that a mistake here stops nobody else.
    due: object = None
    hidden_titles: Literal["shown", "after_due"] | None = None
    imports: tuple[str, ...] = ()
    ignored_imports: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_due_some_time(self) -> Self:
        if self.hidden_titles == "after_due" and self.due is None:
            raise problem("titles are held back until `due`, so it needs a date", "hidden_titles")
        return self

    @model_validator(mode="after")
    def _files_define_names(self) -> Self:
        owner: dict[str, str] = {}
        if not self.files:
            raise problem("there is no file for students to edit", "files")
        for file, names in self.files.items():
            if not re.fullmatch(r"[A-Za-z]\w*\.py", file, re.ASCII):
                sentence = f'"{file}" is not a plain Python file name such as model.py'
                raise problem(sentence, "files", file)
            if not names:
                raise problem(f"{file} must define at least one name", "files", file)
            for i, name in enumerate(names):
                if not name.isidentifier():
                    raise problem(f'"{name}" is not a Python name', "files", file, i)
                if name in owner:
                    sentence = f'"{name}" is already defined by {owner[name]}'
                    raise problem(sentence, "files", file, i)
                owner[name] = file
        return self

    @model_validator(mode="after")
    def _tasks_are_numbered(self) -> Self:
        if not self.tasks:
            raise problem("there is no task", "tasks")
        for i, task in enumerate(self.tasks):
            if task.number != i + 1:
                sentence = f"task {task.number} must have number {i + 1}: tasks count 1, 2, …"
                raise problem(sentence, "tasks", i, "number")
        for number, names in self.forbidden.items():
            if not 1 <= number <= len(self.tasks):
                sentence = f"there is no task {number}; the tasks are 1 to {len(self.tasks)}"
                raise problem(sentence, "forbidden", number)
            for i, name in enumerate(names):
                if not name.isidentifier():
                    sentence = f'"{name}" is not the plain name of a function'
                    raise problem(sentence, "forbidden", number, i)
        return self


class Assignment(AssignmentFile):
    """One assignment: its file, and the folder it lies in, whose name is its id."""

    id: str
    folder: Path

    @property
    def ignored(self) -> tuple[str, ...]:
        """All modules whose import does nothing."""
        return (*IGNORED_IMPORTS, *self.ignored_imports)

    @property
    def tables(self) -> set[str]:
        """The names of the data files in its folder."""
        return {self.data.file} if isinstance(self.data, TableFile) else set()

    @property
    def points(self) -> float:
        """The sum of the points of its tasks."""
        return total(task.points for task in self.tasks)

    def due_in(self, zone: tzinfo) -> datetime | None:
        """When it is due, in `zone`; a plain date means the end of that day.

        Args:
            zone: the course's, in which a time without a zone is meant.

        Raises:
            ConfigurationError: it is not a date; names file and line.
        """
        if self.due is None:
            return None
        try:
            return in_zone(parsed(self.due), zone, end=True)
        except ValueError as error:
            path = self.folder / FILE
            raise ConfigurationError(f"{path}, line {line_of(path, 'due')}: due: {error}") from None


def load_assignment(folder: Path) -> Assignment:
    """The assignment in `folder`.

    Raises:
        ConfigurationError: names file and line.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", folder.name):
        raise ConfigurationError(
            f"{folder}: the folder's name is the assignment's id, so \"{folder.name}\" must "
            "consist of lower-case letters, digits and underscores"
        )
    written = read_document(folder / FILE, AssignmentFile)
    return Assignment(id=folder.name, folder=folder, **dict(written))


def load_assignments(folder: Path) -> tuple[Assignment, ...]:
    """Every sub-folder of `folder` with an `assignment.yaml`, in the order they state.

    Raises:
        ConfigurationError: a faulty file, two assignments with one order, or none at all.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder; it should hold the assignments")
    assignments, faults = load_sound_assignments(folder)
    if faults:
        raise ConfigurationError(faults[0])
    if not assignments:
        raise ConfigurationError(f"{folder} holds no assignment: no folder in it has an {FILE}")
    return assignments


def load_sound_assignments(folder: Path) -> tuple[tuple[Assignment, ...], list[str]]:
    """The assignments in `folder` that can be read, in their order, and the faults of the others.

    Of two with one order the first counts.
    """
    by_order: dict[int, Assignment] = {}
    faults = []
    for file in sorted(folder.glob(f"*/{FILE}")):
        try:
            assignment = load_assignment(file.parent)
        except ConfigurationError as error:
            faults.append(str(error))
            continue
        other = by_order.setdefault(assignment.order, assignment)
        if other is not assignment:
            faults.append(
                f"{assignment.folder / FILE}: order {assignment.order} is already taken by "
                f"{other.id}; give each assignment its own"
            )
    return tuple(by_order[order] for order in sorted(by_order)), faults


def imports_of(assignments: Iterable[Assignment]) -> list[str]:
    """The modules that solutions of these import, besides torch."""
    return sorted({name for assignment in assignments for name in assignment.imports})


def pick(known: Sequence[Assignment], names: Collection[str]) -> list[Assignment]:
    """The assignments of these names, all without one.

    Raises:
        ConfigurationError: there is none of a name.
    """
    ids = [assignment.id for assignment in known]
    for name in names:
        if name not in ids:
            raise ConfigurationError(unknown("assignment", name, ids))
    return [assignment for assignment in known if not names or assignment.id in names]

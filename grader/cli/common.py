"""What several commands need of the outside: clock, environment, the checkout."""

import os
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len

from grader.cli.consoles import err as err
from grader.cli.consoles import out as out
from grader.cli.consoles import warn as warn
from grader.course.assignment import Assignment, load_assignments, pick
from grader.course.roster import Roster, load_roster
from grader.course.sources import require_checks, require_known_files, test_files
from grader.errors import ConfigurationError, naming

if TYPE_CHECKING:
    from grader.plan import Plan

Book = Annotated[
    Path | None,
    typer.Option("--gradebook", help="Where attempts are (default: gradebook.sqlite)."),
]
Groups = Annotated[Path | None, typer.Option("--groups", help="The roster (default: groups.yaml).")]

PACKAGE = Path(__file__).parents[1]
CHECKOUT = PACKAGE.parent


def root() -> Path:
    """The checkout that the current directory lies in, else the one this program comes from."""
    here = Path.cwd()
    for folder in (here, *here.parents, CHECKOUT):
        if (folder / "assignments").is_dir():
            return folder
    raise ConfigurationError(
        f"{here}: no assignments/ here or above; run the command inside the course's checkout"
    )


def located(name: str) -> Path:
    """A file of the course: the one in the current directory, else the checkout's."""
    here = Path(name)
    if here.exists():
        return here
    there = root() / name
    # What is to be made is made here; a path within the current directory reads better short.
    return there if there.exists() and there.parent != Path.cwd() else here


def gradebook_here() -> Path:
    """Where attempts are, unless an option says otherwise."""
    return located("gradebook.sqlite")


def name_files(*paths: Path) -> None:
    """Say on standard error which files a report was made from, as seen from here."""
    here = Path.cwd()
    names = [str(p.relative_to(here)) if p.is_relative_to(here) else str(p) for p in paths]
    err.print(f"read: {', '.join(names)}", style="dim", markup=False, highlight=False,
              soft_wrap=True)  # fmt: skip


def data() -> Path | None:
    """The folder that holds data sets, where the environment names one."""
    folder = os.environ.get("GRADER_DATA")
    return Path(folder).resolve() if folder else None


def denied_paths(plan: "Plan | None" = None) -> list[Path]:
    """What student code must never read, should it lie under a readable folder."""
    private = [plan.checks] if plan is not None and plan.checks is not None else []
    private += [folder] if (folder := data()) else []
    # scikit-learn keeps its data sets there, with their labels.
    spec = find_spec("sklearn")
    places = spec.submodule_search_locations if spec else None
    private += [Path(place, "datasets", "data") for place in places or ()]
    roster = Path.cwd() / "groups.yaml"
    return [PACKAGE, CHECKOUT / "tests", CHECKOUT / "groups.yaml", roster, *private]


def new_secret() -> int:
    """What all that is secret in one run is drawn from; a new one for each run."""
    return secrets.randbits(256)


def make_plan(names: Sequence[str], seed: int | None = None, checks: Path | None = None) -> "Plan":
    """The plan for the assignments of these names and the hidden checks.

    Without a name all that have checks; one that is still being written must not stop the others.
    `checks` is laid over the shipped ones.
    """
    from grader.plan import HIDDEN, Plan

    known = load_assignments(root() / "assignments")
    if checks is not None:
        require_known_files(checks, [assignment.id for assignment in known])
    folder = HIDDEN if checks is None or checks.samefile(HIDDEN) else checks.resolve()
    chosen = pick(known, names) if names else with_checks(known, folder)
    return Plan(
        [_dated(one) for one in chosen], folder, new_secret() if seed is None else seed, data()
    )


def with_checks(known: Sequence[Assignment], checks: Path | None) -> list[Assignment]:
    """Those assignments that have checks; the others are named on standard error.

    Raises:
        ConfigurationError: none has.
    """
    ready = [assignment for assignment in known if test_files(assignment, checks)]
    if not ready:
        require_checks(known, checks)
    for one in known:
        if one not in ready:
            warn(f"{one.folder}: the assignment has no checks yet, so it is not graded")
    return ready


def course_roster() -> Roster | None:
    """The roster of the checkout, where there is one."""
    path = root() / "groups.yaml"
    return load_roster(path) if path.is_file() else None


def _dated(assignment: Assignment) -> Assignment:
    """The assignment; where grading depends on its due date, with that in the course's zone."""
    if assignment.hidden_titles != "after_due":
        return assignment
    roster = course_roster()
    due = assignment.due_in(roster.zone if roster else UTC)
    return assignment.model_copy(update={"due": due})


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def seconds_since_start() -> float:
    """How long ago this process was started; 0 where the system does not say."""
    try:
        stat = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        started = int(stat[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError):
        return 0.0


def padded(text: str, width: int) -> str:
    """`text` in `width` cells of a terminal, where Hangul takes two each."""
    return text + " " * (width - cell_len(text))


def write(
    path: Path, text: str | Iterable[str], check: Callable[[Path], object] | None = None
) -> None:
    """Write `text`, or its lines one by one, to `path`, as a whole or not at all.

    `check` reads what is to be put in place of `path`, and raises where it may not be.
    """
    # A device or a pipe is written to; a file is replaced, so that a full disk leaves the old one.
    scratch = path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.new")
    try:
        with naming(path, "written"), scratch.open("w", encoding="utf-8") as file:
            file.writelines([text] if isinstance(text, str) else text)
        if check is not None:
            check(scratch)
        if scratch != path:
            with naming(path, "written"):
                scratch.replace(path)
    except BaseException:
        if scratch != path:
            scratch.unlink(missing_ok=True)
        raise

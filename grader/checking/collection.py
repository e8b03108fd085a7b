"""From test files to checks: collected by pytest alone, and held against the points of each task.

checks = collect_checks(files)
for submission in submissions:
    results = list(checks.run(assignment.id, context_of(submission)))
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from grader.checking.plugin import CheckRunner, CollectedCheck
from grader.course.assignment import Assignment
from grader.course.sources import private_modules, require_checks, test_files
from grader.errors import ConfigurationError
from grader.result import TOLERANCE


def collect_checks(files: Sequence[Path], *, modules: Path | None = None) -> CheckRunner:
    """The checks in `files`, ready to be run.

    Nothing of the user's takes part: no variable, plugin, `conftest.py` or `pytest.ini`. From the
    folder `modules` the checks may import what lies there.

    Raises:
        ConfigurationError: a file cannot be collected or declares its checks wrongly.
    """
    runner = CheckRunner(_PrivateModules(modules))
    options = [
        # With the root directory as root, a module is named after its whole path: test files of
        # one name, or of two checkouts, stay apart.
        "-c", os.devnull, "--rootdir", files[0].resolve().anchor, "--noconftest", "--assert=plain",
        "--disable-plugin-autoload", "-p", "no:cacheprovider", "-p", "no:terminal",
        "-p", "no:logging", "-p", "no:warnings", "--import-mode=importlib",
        # Checks are run when pytest has ended: what these set up would be gone.
        "--collect-only", "-p", "no:capture", "-p", "no:unraisableexception", "-p",
        "no:threadexception",
    ]  # fmt: skip
    with _without_variables_of_pytest(), runner.modules:
        code = pytest.main([*options, *(str(f.resolve()) for f in files)], plugins=[runner])
    if runner.error is not None:
        raise runner.error
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        places = ", ".join(str(file) for file in files)
        raise ConfigurationError(f"{places}: cannot be collected; pytest ended with {code!r}")
    return runner


@contextmanager
def _without_variables_of_pytest() -> Iterator[None]:
    """Hide what pytest would read there: PYTEST_ADDOPTS deselects checks, PYTEST_PLUGINS adds."""
    kept = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("PYTEST_")}
    try:
        yield
    finally:
        os.environ.update(kept)


class _PrivateModules:
    """In its context the modules in `folder` can be imported, before those of any other place.

    Outside it they are forgotten: another folder, or this one after a change, brings modules of the
    same names.
    """

    def __init__(self, folder: Path | None) -> None:
        self._place = None if folder is None else folder.resolve()
        self._imported: dict[str, ModuleType] = {}
        self._before: set[str] = set()

    def __enter__(self) -> None:
        if self._place is not None:
            self._before = set(sys.modules)
            sys.path.insert(0, str(self._place))
            sys.modules.update(self._imported)

    def __exit__(self, *_: object) -> None:
        if self._place is None:
            return
        sys.path.remove(str(self._place))
        # Those alone that came since: there are thousands, and this is done for each submission.
        for name in sys.modules.keys() - self._before:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).is_relative_to(self._place):
                self._imported[name] = sys.modules.pop(name)


def collect(assignment: Assignment, checks: Path | None) -> Sequence[CollectedCheck]:
    """The checks of an assignment, to look at; `checks` is the folder of hidden ones.

    Raises:
        ConfigurationError: there is none, or a file cannot be collected.
    """
    require_checks([assignment], checks)
    runner = collect_checks(test_files(assignment, checks), modules=private_modules(checks))
    return runner.of.get(assignment.id, [])


def point_faults(
    assignment: Assignment, worths: Iterable[tuple[int, float]], *, hidden: bool = True
) -> Iterator[str]:
    """Where checks and tasks do not fit, a sentence for each.

    Args:
        assignment: with its tasks.
        worths: task and points of each check.
        hidden: whether the hidden checks are among them; public ones alone are worth less.
    """
    sums: dict[int, float] = {}
    for number, points in worths:
        sums[number] = sums.get(number, 0.0) + points
    for task in assignment.tasks:
        total = sums.pop(task.number, 0.0)
        missing = task.points - total
        if missing < -TOLERANCE or (hidden and missing > TOLERANCE):
            kind = "checks" if hidden else "public checks"
            yield (
                f"{assignment.id}, task {task.number}: its {kind} are worth {total:g} points, "
                f"the task {task.points:g}"
            )
    for number in sorted(sums):
        yield f"{assignment.id}: a check is of task {number}, but there is no task {number}"


def require_points(
    assignments: Iterable[Assignment],
    checks: Mapping[str, Sequence[CollectedCheck]],
    *,
    hidden: bool,
) -> None:
    """Refuse to grade where a check is missing or surplus: it would be counted as full marks.

    Raises:
        ConfigurationError: names the assignment, the task, and the files.
    """
    for assignment in assignments:
        collected = checks.get(assignment.id, [])
        if not collected:
            raise ConfigurationError(f"{assignment.id}: there is no check in {assignment.folder}")
        worths = [(one.declaration.task, one.declaration.points) for one in collected]
        faults = list(point_faults(assignment, worths, hidden=hidden))
        if faults:
            files = ", ".join(sorted({str(one.item.path) for one in collected}))
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise ConfigurationError(f"{faults[0]}{more}; the checks lie in {files}")

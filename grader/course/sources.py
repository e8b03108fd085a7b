"""Where the checks of an assignment lie, and a digest of all that decides its score.

A private folder of checks is laid over the shipped one assignment by assignment: where it has
neither `<assignment>/test_<assignment>.py` nor `test_<assignment>.py`, the shipped file is used.
"""

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader.course.assignment import FILE, Assignment
from grader.course.document import line_of
from grader.errors import ConfigurationError, naming

PACKAGE = Path(__file__).parents[1]
SHIPPED = PACKAGE / "hidden"

PUBLIC = "test_public.py"
CHECKS = "_checks"
"""Where `files_of` places hidden checks; no assignment's id begins like this."""

JUDGING = (
    "checking", "course", "hidden", "sandbox",
    "__init__.py", "amounts.py", "curves.py", "errors.py", "grading.py", "harmless.py", "plan.py",
    "result.py", "stopwatch.py",
)  # fmt: skip
"""What of this package takes part in grading; the rest only calls it, or shows what it found."""

_EXACT_RULES = {"id", "files", "tasks", "limits", "forbidden", "data", "imports", "ignored_imports"}
"""What of an `assignment.yaml` decides a score; a date or a comment does not."""

_NEAR = 0.8
"""So alike to `test_<assignment>.py` that it can only be meant for it."""


def test_files(assignment: Assignment, checks: Path | None) -> list[Path]:
    """The files that hold the checks of an assignment, those that are there.

    `checks` is the folder of hidden checks, None for public ones alone.
    """
    public = assignment.folder / PUBLIC
    hidden = _hidden_file(assignment.id, checks)
    return [path for path in (public, hidden) if path is not None and path.is_file()]


def _hidden_file(assignment: str, checks: Path | None) -> Path | None:
    """The hidden checks of an assignment in the private folder, else the shipped ones."""
    name = f"test_{assignment}.py"
    folders = [] if checks is None else [checks / assignment, checks, SHIPPED / assignment]
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def has_private_checks(assignment: Assignment, checks: Path | None) -> bool:
    """Whether the hidden checks of an assignment are none that everybody can read."""
    file = _hidden_file(assignment.id, checks)
    return file is not None and not file.is_relative_to(SHIPPED)


def data_module(assignment: Assignment, name: str, checks: Path | None) -> Path:
    """The `data.py` with the data set of this name, in the private folder or among the shipped.

    Raises:
        ConfigurationError: there is none.
    """
    folders = [SHIPPED] if checks is None else [checks, SHIPPED]
    for folder in folders:
        if (path := folder / name / "data.py").is_file():
            return path
    known = {path.parent.name for folder in folders for path in folder.glob("*/data.py")}
    path = assignment.folder / FILE
    raise ConfigurationError(
        f'{path}, line {line_of(path, "data")}: there is no data set "{name}"; write '
        f"{{file: table.csv, label: column}}, or one of {_listed(known)}"
    )


def private_modules(checks: Path | None) -> Path | None:
    """The folder whose modules checks may import by their plain names; the shipped is a package."""
    return None if checks == SHIPPED else checks


def require_checks(assignments: Iterable[Assignment], checks: Path | None) -> None:
    """Refuse to grade an assignment that has no checks at all.

    Raises:
        ConfigurationError: names it, and the files to write.
    """
    for one in assignments:
        if not test_files(one, checks):
            hidden = f" and {checks / one.id / f'test_{one.id}.py'}" if checks else ""
            raise ConfigurationError(
                f"{one.folder}: the assignment has no checks yet; write {PUBLIC} there{hidden}"
            )


def require_known_files(checks: Path, assignments: Iterable[str]) -> None:
    """Refuse a private folder whose checks would be passed over.

    Raises:
        ConfigurationError: no such folder, a test file that belongs to none of `assignments` or
            stands beside another for the same, or no test file at all.
    """
    if not checks.is_dir():
        raise ConfigurationError(f"{checks}: --checks needs a folder of test_<assignment>.py files")
    known = set(assignments)
    expected = {f"test_{name}.py" for name in known}
    nested = [path for path in checks.glob("*/test_*.py") if _is_nested(path)]
    flat = [path for path in checks.iterdir() if path.suffix.lower() == ".py"]
    for path in sorted([*flat, *nested]):
        name = path.name
        near = difflib.get_close_matches(name.lower(), expected, n=1, cutoff=_NEAR)
        if name not in expected and (near or name.lower().startswith("test_")):
            meant = f'did you mean "{near[0]}"?' if near else f"there are {_listed(expected)}"
            raise ConfigurationError(f"{path}: belongs to no assignment; {meant}")
        if path in nested and (checks / name).is_file():
            raise ConfigurationError(f"{path}: {checks / name} is there as well; remove one")
    if not expected & {path.name for path in [*flat, *nested]}:
        raise ConfigurationError(f"{checks}: holds none of {_listed(expected)}")


def _is_nested(path: Path) -> bool:
    """Whether a file is `<assignment>/test_<assignment>.py`."""
    return path.name == f"test_{path.parent.name}.py"


def files_of(assignment: Assignment, checks: Path | None) -> dict[str, Path]:
    """What an assignment is graded with, beside this package: a name for each file.

    Its checks; its data; and from a private folder every module and every other file, because the
    checks may import or read it.
    """
    found = {
        f"{assignment.id}/{PUBLIC}": path
        for path in test_files(assignment, checks)
        if path.name == PUBLIC
    }
    if (hidden := _hidden_file(assignment.id, checks)) is not None:
        nested = f"{assignment.id}/" if _is_nested(hidden) else ""
        found[f"{CHECKS}/{nested}{hidden.name}"] = hidden
    for name in assignment.tables:
        found[f"{assignment.id}/{name}"] = assignment.folder / name
    if checks is not None and checks != SHIPPED:
        found |= {f"{CHECKS}/{path.relative_to(checks)}": path for path in _beside(checks)}
    return found


def digest_of(assignment: Assignment, checks: Path | None, data: Path | None) -> str:
    """A digest of all that decides the score of an assignment: grader, checks, rules and data.

    Not the seed, which is drawn anew for each run, nor torch, which a result names.

    Args:
        assignment: whose score.
        checks: the folder of hidden checks, None for public ones alone.
        data: the folder of data that are not in the course, GRADER_DATA.
    """
    digest = hashlib.sha256(_digest_of_package().encode())
    _add(digest, "rules", assignment.model_dump_json(include=_EXACT_RULES).encode())
    if isinstance(assignment.data, str):
        _add(digest, "data", _identity_of(data).encode())
    for name, path in sorted(files_of(assignment, checks).items()):
        _add(digest, name, _content(path))
    return f"sha256:{digest.hexdigest()}"


def _add(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    digest.update(f"\0{name}\0{len(content)}\0".encode() + content)


@cache
def _digest_of_package() -> str:
    """Of the version and the code of this package that grades, except the checks themselves."""
    digest = hashlib.sha256(version("grader").encode())
    for name in JUDGING:
        place = PACKAGE / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if path.parent.parent != SHIPPED or not _is_nested(path):
                _add(digest, str(path.relative_to(PACKAGE)), path.read_bytes())
    return digest.hexdigest()


@cache
def _identity_of(folder: Path | None) -> str:
    """A digest of data as torchvision keeps it; 50 megabytes are read once."""
    if folder is None:
        return "none"
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*/raw/*-ubyte")):
        _add(digest, path.name, path.read_bytes())
    return digest.hexdigest()


def _beside(checks: Path) -> Iterator[Path]:
    """The files of a private folder that are no test file of an assignment."""
    for path in sorted(checks.rglob("*")):
        parts = path.relative_to(checks).parts
        passed_over = any(part == "__pycache__" or part.startswith(".") for part in parts)
        flat = len(parts) == 1 and path.name.startswith("test_") and path.suffix == ".py"
        test = flat or (len(parts) == 2 and _is_nested(path))
        if path.is_file() and not passed_over and not test:
            yield path


def _content(path: Path) -> bytes:
    with naming(path):
        return path.read_bytes()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))

"""Where the checks of an assignment lie, and a digest of all that decides its score.

A private folder of checks is laid over the shipped one assignment by assignment: where it has no
`test_<assignment>.py`, the shipped file is used.
"""

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader.course.assignment import Assignment
from grader.errors import ConfigurationError

PACKAGE = Path(__file__).parents[1]
SHIPPED = PACKAGE / "hidden"

PUBLIC = "test_public.py"
CHECKS = "_checks"
"""Where `files_of` places hidden checks; no assignment's id begins like this."""

JUDGING = (
    "checking", "course", "hidden", "sandbox",
    "__init__.py", "amounts.py", "curves.py", "errors.py", "grading.py", "harmless.py", "result.py",
    "stopwatch.py",
)  # fmt: skip
"""What of this package takes part in grading; the rest only calls it, or shows what it found."""

_EXACT_RULES = {"id", "files", "tasks", "limits", "forbidden", "data", "imports"}
"""What of an `assignment.yaml` decides a score; a date or a comment does not."""

_NEAR = 0.8
"""So alike to `test_<assignment>.py` that it can only be meant for it."""


def test_files(assignment: Assignment, checks: Path | None) -> list[Path]:
    """The files that hold the checks of an assignment, those that are there.

    `checks` is the folder of hidden checks, None for public ones alone.
    """
    paths = [assignment.folder / PUBLIC]
    if checks is not None:
        own, shipped = (folder / f"test_{assignment.id}.py" for folder in (checks, SHIPPED))
        paths.append(own if own.is_file() else shipped)
    return [path for path in paths if path.is_file()]


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
            hidden = f" and {(checks or SHIPPED) / f'test_{one.id}.py'}" if checks else ""
            raise ConfigurationError(
                f"{one.folder}: the assignment has no checks yet; write {PUBLIC} there{hidden}"
            )


def require_known_files(checks: Path, assignments: Iterable[str]) -> None:
    """Refuse a private folder whose checks would be passed over.

    Raises:
        ConfigurationError: no such folder, a test file that belongs to none of `assignments`, or
            no test file at all.
    """
    if not checks.is_dir():
        raise ConfigurationError(f"{checks}: --checks needs a folder of test_<assignment>.py files")
    expected = {f"test_{name}.py" for name in assignments}
    present = sorted(path.name for path in checks.iterdir() if path.suffix.lower() == ".py")
    for name in present:
        near = difflib.get_close_matches(name.lower(), expected, n=1, cutoff=_NEAR)
        if name not in expected and (near or name.lower().startswith("test_")):
            meant = f'did you mean "{near[0]}"?' if near else f"there are {_listed(expected)}"
            raise ConfigurationError(f"{checks / name}: belongs to no assignment; {meant}")
    if not expected & set(present):
        raise ConfigurationError(f"{checks}: holds none of {_listed(expected)}")


def files_of(assignment: Assignment, checks: Path | None) -> dict[str, Path]:
    """What an assignment is graded with, beside this package: a name for each file.

    Its checks; its data; and from a private folder every module and every other file, because the
    checks may import or read it.
    """
    found = {
        f"{assignment.id if path.name == PUBLIC else CHECKS}/{path.name}": path
        for path in test_files(assignment, checks)
    }
    if assignment.data == "iris":
        found[f"{assignment.id}/Iris.csv"] = assignment.folder / "Iris.csv"
    if checks is not None and checks != SHIPPED:
        found |= {f"{CHECKS}/{path.relative_to(checks)}": path for path in _beside(checks)}
    return found


def digest_of(assignment: Assignment, checks: Path | None, mnist: Path | None) -> str:
    """A digest of all that decides the score of an assignment: grader, checks, rules and data.

    Not the seed, which is drawn anew for each run, nor torch, which a result names.

    Args:
        assignment: whose score.
        checks: the folder of hidden checks, None for public ones alone.
        mnist: the folder that holds MNIST/raw, None for the digits.
    """
    digest = hashlib.sha256(_digest_of_package().encode())
    _add(digest, "rules", assignment.model_dump_json(include=_EXACT_RULES).encode())
    if assignment.data == "mnist":
        _add(digest, "data", _identity_of_mnist(mnist).encode())
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
            if path.parent != SHIPPED or not path.name.startswith("test_"):
                _add(digest, str(path.relative_to(PACKAGE)), path.read_bytes())
    return digest.hexdigest()


@cache
def _identity_of_mnist(folder: Path | None) -> str:
    """The name of the data, with a digest of its files; 50 megabytes are read once."""
    if folder is None:
        return "digits"
    digest = hashlib.sha256()
    for path in sorted((folder / "MNIST" / "raw").glob("*-ubyte")):
        _add(digest, path.name, path.read_bytes())
    return f"mnist {digest.hexdigest()}"


def _beside(checks: Path) -> Iterator[Path]:
    """The files of a private folder that are no test file of an assignment."""
    for path in sorted(checks.rglob("*")):
        parts = path.relative_to(checks).parts
        passed_over = any(part == "__pycache__" or part.startswith(".") for part in parts)
        test = len(parts) == 1 and path.name.startswith("test_") and path.suffix == ".py"
        if path.is_file() and not passed_over and not test:
            yield path


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))

"""Where checks lie, and the digest of all that decides a score."""

import ast
import shutil
from pathlib import Path

import pytest

from grader.course import sources
from grader.course.assignment import Assignment, load_assignments
from grader.course.sources import (
    JUDGING,
    PACKAGE,
    SHIPPED,
    digest_of,
    files_of,
    require_known_files,
)
from grader.errors import ConfigurationError

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the assignments, with a private folder of checks beside them, to change."""
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    private = tmp_path / "private"
    (private / "more").mkdir(parents=True)
    shutil.copy(SHIPPED / "iris" / "test_iris.py", private)
    for name in ("answers.py", "more/deep.py", "table.csv", "test_softmax.py"):
        (private / name).write_text("one = 1\n")
    return tmp_path


def named(course: Path, name: str) -> Assignment:
    """An assignment as it now is."""
    return next(a for a in load_assignments(course / "assignments") if a.id == name)


def change(path: Path) -> None:
    """Add a line to a file that Python reads as a comment."""
    path.write_bytes(path.read_bytes() + b"\n# changed\n")


@pytest.mark.parametrize(
    "name",
    [
        "private/test_iris.py", "private/answers.py", "private/more/deep.py", "private/table.csv",
        "assignments/iris/test_public.py", "assignments/iris/Iris.csv",
    ],
)  # fmt: skip
def test_each_file_that_decides_changes_the_digest(course: Path, name: str) -> None:
    """Checks, modules and data beside them, the flowers: a change is another digest."""
    before = digest_of(named(course, "iris"), course / "private", None)
    change(course / name)
    assert digest_of(named(course, "iris"), course / "private", None) != before


@pytest.mark.parametrize(
    "name",
    [
        "private/test_softmax.py", "assignments/iris/README.md", "assignments/iris/iris.py",
        "assignments/iris/assignment.yaml", "assignments/softmax/test_public.py",
    ],
)  # fmt: skip
def test_what_decides_nothing_changes_nothing(course: Path, name: str) -> None:
    """Another assignment's checks, the handout, a comment in assignment.yaml: no regrade."""
    before = digest_of(named(course, "iris"), course / "private", None)
    change(course / name)
    assert digest_of(named(course, "iris"), course / "private", None) == before


def test_rules_change_the_digest(course: Path) -> None:
    """A limit in assignment.yaml decides; a due date does not."""
    iris = named(course, "iris")
    before = digest_of(iris, SHIPPED, None)
    limits = iris.limits.model_copy(update={"seconds": 1.0})
    assert digest_of(iris.model_copy(update={"limits": limits}), SHIPPED, None) != before
    assert digest_of(iris.model_copy(update={"due": "2026-12-01"}), SHIPPED, None) == before


def test_mnist_is_known_by_its_content(course: Path) -> None:
    """Other digits under the same path are another digest, for the assignment that uses them."""
    raw = course / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "t10k-labels-idx1-ubyte").write_bytes(b"one")
    other = shutil.copytree(course / "data", course / "other")
    (other / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").write_bytes(b"two")
    mnist, iris = named(course, "mnist"), named(course, "iris")
    folders = (None, course / "data", other)
    assert len({digest_of(mnist, SHIPPED, folder) for folder in folders}) == 3
    assert len({digest_of(iris, SHIPPED, folder) for folder in folders}) == 1


def test_the_graders_version_changes_the_digest(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update of the grader is a reason to grade again."""
    before = digest_of(named(course, "iris"), SHIPPED, None)
    monkeypatch.setattr(sources, "version", lambda _: "99")
    sources._digest_of_package.cache_clear()
    try:
        assert digest_of(named(course, "iris"), SHIPPED, None) != before
    finally:
        sources._digest_of_package.cache_clear()


def test_everything_that_grading_imports_is_part_of_the_digest() -> None:
    """No module of ours is reached from grading or the checks that the digest leaves out."""
    waiting, seen = [PACKAGE / "grading.py", *SHIPPED.rglob("*.py")], set[Path]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        assert path.relative_to(PACKAGE).parts[0] in JUDGING, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                if name.split(".")[0] == "grader":
                    place = PACKAGE.parent.joinpath(*name.split("."))
                    for file in (place.with_suffix(".py"), place / "__init__.py"):
                        waiting += [file] if file.is_file() else []
    assert len(seen) > 40


def test_a_file_of_an_assignment_is_laid_over_the_shipped_one(course: Path) -> None:
    """Own checks where there are some, the shipped ones elsewhere; modules in both cases."""
    private = course / "private"
    own = files_of(named(course, "iris"), private)
    assert own["_checks/test_iris.py"] == private / "test_iris.py"
    other = files_of(named(course, "mnist"), private)
    assert other["_checks/mnist/test_mnist.py"] == SHIPPED / "mnist" / "test_mnist.py"
    assert other["_checks/more/deep.py"] == private / "more" / "deep.py"
    assert "_checks/test_softmax.py" not in own


def test_private_checks_may_lie_in_a_folder_of_each_assignment(course: Path) -> None:
    """`iris/test_iris.py` is found as `test_iris.py` is; it is no other assignment's."""
    private = course / "private"
    (private / "iris").mkdir()
    (private / "test_iris.py").rename(private / "iris" / "test_iris.py")
    require_known_files(private, ["iris", "softmax", "mnist"])
    own = files_of(named(course, "iris"), private)
    assert own["_checks/iris/test_iris.py"] == private / "iris" / "test_iris.py"
    assert "_checks/iris/test_iris.py" not in files_of(named(course, "mnist"), private)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("irris/test_irris.py", 'belongs to no assignment; did you mean "test_iris.py"'),
        ("iris/test_iris.py", "is there as well; remove one"),
    ],
)
def test_a_nested_test_file_that_would_be_passed_over_is_refused(
    course: Path, file: str, sentence: str
) -> None:
    """A folder of no assignment, or a second file for the same: one sentence."""
    path = course / "private" / file
    path.parent.mkdir()
    path.write_text("")
    with pytest.raises(ConfigurationError, match=sentence):
        require_known_files(course / "private", ["iris", "softmax"])

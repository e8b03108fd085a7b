"""What a worker may read, as lists of paths."""

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox.jail import readable


def test_outermost_drops_duplicates_and_what_lies_inside() -> None:
    """A path inside another one of the list is not listed twice; a longer name is no folder."""
    paths = [Path(p) for p in ("/usr/lib", "/usr/lib/python3", "/usr/lib", "/usr/lib64")]
    assert readable.outermost(paths) == [Path("/usr/lib"), Path("/usr/lib64")]


def test_library_roots_hold_the_interpreter_and_the_modules() -> None:
    """Python's own library and the packages of the modules lie in one of the roots."""
    roots = readable.library_roots(["pytest", "torch._dynamo", "no_such_module"])
    for file in (os.__file__, pytest.__file__):
        assert any(Path(file).is_relative_to(root) for root in roots)
    assert all(root.exists() for root in roots)


def test_library_roots_leave_the_prefix_itself_out() -> None:
    """Of a virtual environment in a project, only its libraries become readable."""
    roots = readable.library_roots([])
    assert not any(Path(sys.prefix).is_relative_to(root) for root in roots)
    assert Path("/etc") not in roots
    assert Path("/usr") not in roots


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder `lib` with two packages, a file and a link."""
    for name in ("lib/open/a.py", "lib/shut/b.py", "lib/c.py", "lib/open/inner/secret.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "lib" / "link").symlink_to("shut")
    return tmp_path / "lib"


def test_a_folder_without_denied_paths_is_granted_whole(tree: Path) -> None:
    """Nothing is split where nothing is denied."""
    assert readable.without_denied(tree, [tree.parent / "elsewhere"]) == [tree]


def test_neighbours_of_a_denied_path_are_granted_one_by_one(tree: Path) -> None:
    """Neither the denied path, nor a folder above it, nor a link to it is granted."""
    granted = readable.without_denied(tree, [tree / "shut", tree / "open" / "inner"])
    assert granted == [tree / "c.py", tree / "open" / "a.py"]


def test_a_root_inside_a_denied_path_is_not_granted(tree: Path) -> None:
    """Concealing a folder conceals a root in it."""
    assert readable.without_denied(tree, [tree.parent]) == []


def test_granted_paths_see_through_links(tree: Path, tmp_path: Path) -> None:
    """A root, or a denied path, that is given by a link means what it points to."""
    (tmp_path / "alias").symlink_to(tree)
    granted = readable.granted_paths([tmp_path / "alias", tree], [tmp_path / "alias" / "open"])
    assert granted == [tree / "c.py", tree / "shut"]

"""Submissions: what is read, what is refused, and the digest."""

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.assignment import Assignment, Limits, Task
from grader.course.folders import SIZE_CAP
from grader.course.placement import ENTRY_CAP
from grader.course.submission import (
    Submission,
    content_digest,
    passed_over,
    read_cohort,
    read_submission,
)
from grader.errors import ConfigurationError


def assignment(name: str, order: int) -> Assignment:
    """An assignment with one file."""
    return Assignment(
        id=name,
        folder=Path("assignments") / name,
        title=name,
        order=order,
        files={f"{name}.py": ("main",)},
        tasks=(Task(number=1, title="t", points=10),),
        limits=Limits(seconds=1, memory=1),
    )


ASSIGNMENTS = (assignment("softmax", 1), assignment("iris", 2))


def hand_in(folder: Path, name: str = "softmax", content: bytes = b"x = 1\n") -> Path:
    """Put a stub file into a submission folder."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / name / f"{name}.py"
    path.write_bytes(content)
    return path


def test_reads_the_named_files(tmp_path: Path) -> None:
    """Only the files of assignment.yaml are read; the rest is named in one notice."""
    hand_in(tmp_path)
    (tmp_path / "softmax" / "README.md").touch()
    (tmp_path / "softmax" / "helper.py").touch()
    (tmp_path / "grader").mkdir()
    submission = read_submission(tmp_path, ASSIGNMENTS, member="ada")
    assert submission.member == "ada"
    assert submission.files == {"softmax": {"softmax.py": b"x = 1\n"}}
    assert submission.refused == {}
    [notice] = submission.notices
    assert notice.endswith(": grader/, softmax/helper.py")


def test_only_some_assignments(tmp_path: Path) -> None:
    """With `only`, other assignments are neither read nor remarked on."""
    hand_in(tmp_path)
    hand_in(tmp_path, "iris")
    submission = read_submission(tmp_path, ASSIGNMENTS, only=["iris"])
    assert list(submission.files) == ["iris"]
    assert submission.notices == ()
    with pytest.raises(ConfigurationError, match='no assignment "irsi"; did you mean "iris"'):
        read_submission(tmp_path, ASSIGNMENTS, only=["irsi"])


def test_symbolic_link_to_a_file_is_refused(tmp_path: Path) -> None:
    """A link in a file's place is not followed, the notice says so, other files are read."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = tmp_path / "submission"
    hand_in(folder).unlink()
    (folder / "softmax" / "softmax.py").symlink_to(secret)
    hand_in(folder, "iris")
    submission = read_submission(folder, ASSIGNMENTS)
    assert list(submission.files) == ["iris"]
    assert submission.refused == {"softmax": "softmax/softmax.py is a symbolic link, not a file"}
    assert any("softmax/softmax.py is a symbolic link" in n for n in submission.notices)


def test_symbolic_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    """A link in the place of an assignment's folder is not followed."""
    hand_in(tmp_path / "elsewhere")
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "softmax").symlink_to(tmp_path / "elsewhere" / "softmax")
    submission = read_submission(tmp_path / "submission", ASSIGNMENTS)
    assert submission.files == {}
    assert submission.refused == {"softmax": "softmax/ is a symbolic link, not a folder"}


def test_fifo_and_folder_are_refused(tmp_path: Path) -> None:
    """A FIFO does not block the grader, and a folder is no file."""
    hand_in(tmp_path).unlink()
    os.mkfifo(tmp_path / "softmax" / "softmax.py")
    (tmp_path / "iris" / "iris.py").mkdir(parents=True)
    submission = read_submission(tmp_path, ASSIGNMENTS)
    assert submission.files == {}
    assert submission.refused == {
        "softmax": "softmax/softmax.py is a FIFO, not a file",
        "iris": "iris/iris.py is a folder, not a file",
    }


def test_size_cap(tmp_path: Path) -> None:
    """A file of exactly the cap is read; one byte more is refused."""
    hand_in(tmp_path, content=b"#" * SIZE_CAP)
    hand_in(tmp_path, "iris", content=b"#" * (SIZE_CAP + 1))
    submission = read_submission(tmp_path, ASSIGNMENTS)
    assert list(submission.files) == ["softmax"]
    assert submission.refused == {"iris": "iris/iris.py is larger than 256 KiB"}


def test_ignored_notice_is_bounded(tmp_path: Path) -> None:
    """However many stray files there are, and whatever their names, the notice stays short."""
    hand_in(tmp_path)
    for i in range(1500):
        (tmp_path / f"stray{i:04}").touch()
    (tmp_path / os.fsdecode(b"\xff")).touch()
    [notice] = read_submission(tmp_path, ASSIGNMENTS).notices
    assert len(notice) < 400
    assert " more" in notice
    notice.encode()


def test_empty_submission(tmp_path: Path) -> None:
    """A folder without any file of an assignment is a submission, with a notice."""
    submission = read_submission(tmp_path, ASSIGNMENTS)
    assert submission.files == {}
    assert "nothing to grade" in submission.notices[0]


@pytest.mark.parametrize("kind", ["missing", "file", "link"])
def test_no_folder(tmp_path: Path, kind: str) -> None:
    """A missing folder, a file, or a link in its place is the user's mistake."""
    path = tmp_path / "submission"
    if kind == "file":
        path.touch()
    elif kind == "link":
        path.symlink_to(tmp_path)
    for read in (read_submission, read_cohort):
        with pytest.raises(ConfigurationError, match=str(path)):
            read(path, ASSIGNMENTS)


def test_cohort(tmp_path: Path) -> None:
    """Every sub-folder is a member, keyed by its name in NFC, sorted; a link has nothing."""
    hand_in(tmp_path / "bob")
    hand_in(tmp_path / unicodedata.normalize("NFD", "기민준"))
    (tmp_path / "ada").symlink_to(tmp_path / "bob")
    (tmp_path / ".git").mkdir()
    (tmp_path / "notes.txt").touch()
    ada, bob, kim = read_cohort(tmp_path, ASSIGNMENTS)
    assert [ada.member, bob.member, kim.member] == ["ada", "bob", "기민준"]
    assert bob.digest == kim.digest
    assert ada.files == {}
    assert set(ada.refused) == {"softmax", "iris"}
    assert "symbolic link" in ada.notices[0]


def test_faulty_cohort(tmp_path: Path) -> None:
    """No sub-folder, and two for one member, are the user's mistakes."""
    with pytest.raises(ConfigurationError, match="has no sub-folder"):
        read_cohort(tmp_path, ASSIGNMENTS)
    hand_in(tmp_path / "Ada")
    hand_in(tmp_path / "ada")
    with pytest.raises(ConfigurationError, match="two folders"):
        read_cohort(tmp_path, ASSIGNMENTS)


def test_digest_is_as_documented() -> None:
    """The digest is the documented hash, which others can compute."""
    parts = (b"iris", b"iris.py", b"1", b"softmax", b"softmax.py", b"")
    hashed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    expected = hashlib.sha256(b"grader/submission/v1" + hashed).hexdigest()
    submission = Submission(files={"softmax": {"softmax.py": b""}, "iris": {"iris.py": b"1"}})
    assert submission.digest == f"sha256:{expected}"


FILES = st.dictionaries(
    st.sampled_from(["a", "ab", "b"]),
    st.dictionaries(
        st.sampled_from(["a.py", "b.py"]), st.binary(max_size=4), min_size=1, max_size=2
    ),
    max_size=3,
)


@given(FILES, FILES)
def test_digest_identifies_the_content(
    one: dict[str, dict[str, bytes]], other: dict[str, dict[str, bytes]]
) -> None:
    """Two submissions have one digest exactly when their files are the same, in any order."""
    assert (content_digest(one) == content_digest(other)) == (one == other)
    reverse = {a: dict(reversed(files.items())) for a, files in reversed(one.items())}
    assert content_digest(reverse) == content_digest(one)


@pytest.mark.parametrize("place", ["assignments/softmax/softmax.py", "softmax.py"])
def test_unambiguous_layouts_are_read(tmp_path: Path, place: str) -> None:
    """A whole checkout and loose files count, and the notice says where they belong."""
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x = 1\n")
    submission = read_submission(tmp_path, ASSIGNMENTS)
    assert submission.files == {"softmax": {"softmax.py": b"x = 1\n"}}
    assert submission.placement == (f"read from {place}; it belongs in softmax/softmax.py",)
    assert submission.notices == submission.placement


def test_work_in_two_wrong_places_is_refused(tmp_path: Path) -> None:
    """Which of two different files is meant is not guessed; the right place decides over both."""
    hand_in(tmp_path / "assignments", content=b"x = 1\n")
    (tmp_path / "softmax.py").write_bytes(b"x = 2\n")
    submission = read_submission(tmp_path, ASSIGNMENTS)
    assert submission.files == {}
    assert "different work in assignments/softmax/ and softmax.py" in submission.refused["softmax"]
    hand_in(tmp_path, content=b"x = 3\n")
    assert read_submission(tmp_path, ASSIGNMENTS).files["softmax"] == {"softmax.py": b"x = 3\n"}


def test_lost_work_is_named(tmp_path: Path) -> None:
    """Files with a stub's name elsewhere, and archives, are named with what to do; no links."""
    hand_in(tmp_path / "submission" / "lab 1")
    (tmp_path / "submission" / "work.zip").touch()
    (tmp_path / "elsewhere" / "iris").mkdir(parents=True)
    (tmp_path / "elsewhere" / "iris" / "iris.py").touch()
    (tmp_path / "submission" / "link").symlink_to(tmp_path / "elsewhere")
    submission = read_submission(tmp_path / "submission", ASSIGNMENTS)
    assert submission.files == {}
    assert submission.placement == (
        "found lab 1/softmax/softmax.py, which is not read; it belongs in softmax/softmax.py",
        "found work.zip, which is not read; unpack it",
    )


def test_lost_work_is_named_beside_work_in_its_place(tmp_path: Path) -> None:
    """One assignment in its place does not hide that another lies elsewhere, nor does a .git."""
    hand_in(tmp_path)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "iris.py").touch()
    (tmp_path / "x" / "softmax.py").touch()  # an old copy: the right place decides
    (tmp_path / "data.zip").touch()
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    for number in range(ENTRY_CAP):
        (tmp_path / ".git" / "objects" / str(number)).touch()
    submission = read_submission(tmp_path, ASSIGNMENTS)
    assert list(submission.files) == ["softmax"]
    assert submission.placement == (
        "found x/iris.py, which is not read; it belongs in iris/iris.py",
    )


def test_what_is_no_member_is_passed_over(tmp_path: Path) -> None:
    """What archives and editors leave is no member, and is named."""
    hand_in(tmp_path / "ada")
    for name in ("__MACOSX", ".idea", "__pycache__"):
        (tmp_path / name).mkdir()
    (tmp_path / "bob.zip").touch()
    assert [one.member for one in read_cohort(tmp_path, ASSIGNMENTS)] == ["ada"]
    assert passed_over(tmp_path) == [".idea/", "__MACOSX/", "__pycache__/", "bob.zip (unpack it)"]


def test_a_submission_is_no_cohort(tmp_path: Path) -> None:
    """Folders that are called like the assignments are not members of these names."""
    hand_in(tmp_path)
    with pytest.raises(ConfigurationError, match="looks like one submission"):
        read_cohort(tmp_path, ASSIGNMENTS)

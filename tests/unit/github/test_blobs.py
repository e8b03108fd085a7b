"""A pull request's files as git objects: only plain files, only what differs from the stub."""

import subprocess
from pathlib import Path

import pytest

from grader.course.folders import SIZE_CAP
from grader.course.submission import Submission
from grader.errors import ConfigurationError
from grader.github.blobs import Objects, read_pull_request
from tests.github.course import ROOT, assignments

SOFTMAX = "assignments/softmax/softmax.py"


class Clone:
    """A clone with the stubs as its base commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")
        for assignment in assignments():
            for name in assignment.files:
                path = f"assignments/{assignment.id}/{name}"
                self.write(path, (ROOT / path).read_bytes())
        self.base = self.commit()

    def git(self, *arguments: str) -> str:
        """What git says."""
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
        done = subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, path: str, content: bytes) -> None:
        """A file in the working folder."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(content)

    def commit(self) -> str:
        """A commit of everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "HEAD")

    def submission(self) -> Submission:
        """What the working folder is as a pull request."""
        head = self.commit()
        return read_pull_request(
            Objects(self.folder), assignments(), base=self.base, head=head, member="m",
        )  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone of its own."""
    return Clone(tmp_path)


def test_only_what_differs(clone: Clone) -> None:
    """A changed file is graded, untouched stubs are named as not started."""
    clone.write(SOFTMAX, b"x = 1\n")
    submission = clone.submission()
    assert submission.files == {"softmax": {"softmax.py": b"x = 1\n"}}
    assert "not started" in submission.notices[0]
    assert "cross_entropy" in submission.notices[0]
    assert "softmax" not in submission.notices[0]


def test_nothing_touched(clone: Clone) -> None:
    """A pull request without a change hands nothing in."""
    assert clone.submission().files == {}


def test_symbolic_link(clone: Clone) -> None:
    """A symbolic link in the place of a file is refused, whatever it points to."""
    (clone.folder / SOFTMAX).unlink()
    (clone.folder / SOFTMAX).symlink_to("/etc/passwd")
    submission = clone.submission()
    assert "symbolic link" in submission.refused["softmax"]
    assert submission.files == {}


def test_linked_folder(clone: Clone) -> None:
    """A symbolic link in the place of an assignment's folder is refused."""
    clone.git("rm", "-rq", "assignments/softmax")
    (clone.folder / "assignments/softmax").symlink_to("iris")
    assert "not a folder" in clone.submission().refused["softmax"]


def test_submodule(clone: Clone) -> None:
    """A submodule in the place of a file is refused."""
    clone.git("rm", "-q", SOFTMAX)
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{clone.base},{SOFTMAX}")
    clone.git("commit", "--quiet", "--message", "x")
    head = clone.git("rev-parse", "HEAD")
    submission = read_pull_request(
        Objects(clone.folder), assignments(), base=clone.base, head=head, member="m",
    )  # fmt: skip
    assert "submodule" in submission.refused["softmax"]


def test_executable_file(clone: Clone) -> None:
    """A file that was only made executable is still a plain, untouched file."""
    (clone.folder / SOFTMAX).chmod(0o755)
    assert clone.submission().files == {}


def test_large_file(clone: Clone) -> None:
    """A file above the cap is refused without being read."""
    clone.write(SOFTMAX, b"#" * (SIZE_CAP + 1))
    assert "larger than" in clone.submission().refused["softmax"]
    clone.write(SOFTMAX, b"#" * SIZE_CAP)
    assert len(clone.submission().files["softmax"]["softmax.py"]) == SIZE_CAP


@pytest.mark.parametrize("name", ["a\nb.py", "-rf", "새 파일.py", 'q"uote.py', "$(id).py"])
def test_odd_names(clone: Clone, name: str) -> None:
    """Other files are named in one notice, and odd names do no harm."""
    clone.write(f"assignments/softmax/{name}", b"x")
    [_, notice] = clone.submission().notices
    assert notice.startswith("a pull request counts only when it changes nothing but the files")
    assert "\n" not in notice


def test_work_in_another_place_is_named(clone: Clone) -> None:
    """A file with a stub's name elsewhere is not read: the notice says where it belongs."""
    clone.write(SOFTMAX, b"x = 1\n")
    clone.write("iris/iris.py", b"x = 1\n")
    clone.write("old/softmax.py", b"x = 1\n")
    submission = clone.submission()
    assert list(submission.files) == ["softmax"]
    said = "found iris/iris.py, which is not read; it belongs in assignments/iris/iris.py"
    assert submission.placement == (said,)
    assert said in submission.notices


def test_very_many_added_files_stop_nobody(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of files that is too long to read is a notice, and the work is read all the same."""
    clone.write(SOFTMAX, b"x = 1\n")
    for number in range(40):
        clone.write(f"{number:>0100}.txt", b"x")
    monkeypatch.setattr("grader.github.blobs._OUTPUT_CAP", 2000)
    submission = clone.submission()
    assert submission.files == {"softmax": {"softmax.py": b"x = 1\n"}}
    assert (
        "adds more files than are looked at; take out what is not asked for" in submission.notices
    )


def test_an_archive_instead_of_work_is_named(clone: Clone) -> None:
    """Where nothing at all was handed in, a zip is named with what to do."""
    clone.write("submission.zip", b"x")
    assert "found submission.zip, which is not read; unpack it" in clone.submission().notices


def test_attributes_and_filters_do_nothing(clone: Clone) -> None:
    """What a pull request says about filters and line endings does not touch its files."""
    clone.write(".gitattributes", b"*.py filter=evil ident eol=crlf working-tree-encoding=UTF-16\n")
    clone.git("config", "filter.evil.smudge", "touch ran")
    (clone.folder / ".git/info/attributes").write_text("*.py filter=evil\n")
    clone.git("config", "core.hooksPath", str(clone.folder))
    clone.git("config", "core.fsmonitor", "touch ran")
    head = clone.git("rev-parse", "HEAD")
    objects = Objects(clone.folder)
    (entry,) = objects.entries(head, SOFTMAX).values()
    assert objects.content(entry) == (ROOT / SOFTMAX).read_bytes()
    assert not (clone.folder / "ran").exists()


def test_replaced_objects_are_not_followed(clone: Clone) -> None:
    """A replace ref in the clone does not put another commit in the place of the head."""
    clone.write(SOFTMAX, b"x = 1\n")
    head = clone.commit()
    clone.git("replace", head, clone.base)
    submission = read_pull_request(
        Objects(clone.folder), assignments(), base=clone.base, head=head, member="m",
    )  # fmt: skip
    assert "softmax" in submission.files


def test_missing_commit(clone: Clone) -> None:
    """A commit that was not fetched is an error that names it."""
    with pytest.raises(ConfigurationError, match=r"f{40} is not in it"):
        Objects(clone.folder).commit("f" * 40)

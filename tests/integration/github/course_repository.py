"""A course with one assignment, on the double and in git: what students and staff push."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.github.course import PUBLIC, ROOT
from tests.github.double import Double
from tests.github.new_course import make_safe
from tests.github.state import Thread

SOLUTION = ROOT / "tests/specimens/softmax/passed/reference/softmax.py"
MISTAKE = ROOT / "tests/specimens/softmax/failed/double_softmax/softmax.py"
STUB = "assignments/softmax/softmax.py"

GROUPS = f"""
course: Course
signing_key: {PUBLIC}
groups:
  - name: A
    members:
      - {{name: Name One, github: Stud-One}}
      - {{name: Name Two, github: stud-two}}
      - {{name: Name Three, github: null}}
  - name: B
    members:
      - {{name: Name Four, github: null}}
"""


class CourseRepository:
    """A repository on the double, with a real git remote that holds pull requests' refs.

    Args:
        hub: the double.
        folder: where the remote, a checkout of its branch and a fork go.
    """

    def __init__(self, hub: Double, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.remote, self.fork = folder / "remote.git", folder / "fork"
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(self.remote), at=folder)
        self._git("config", "uploadpack.allowAnySHA1InWant", "true", at=self.remote)
        base = self.base = folder / "base"
        for name in ("assignments", "grader", ".github", ".ci", "pyproject.toml"):
            source, target = ROOT / name, base / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        self._only_softmax(base)
        (base / "groups.yaml").write_text(GROUPS, encoding="utf-8")
        self._git("init", "--quiet", "--initial-branch=main", at=base)
        self.base_sha = self._commit(base, "the course")
        self._git("push", "--quiet", str(self.remote), "main", at=base)
        self._git("clone", "--quiet", str(self.remote), str(self.fork), at=folder)
        make_safe(hub, base)

    @staticmethod
    def _only_softmax(base: Path) -> None:
        """Keep one assignment: grading the others takes minutes."""
        for folder in (base / "assignments").iterdir():
            if folder.is_dir() and folder.name != "softmax":
                shutil.rmtree(folder)

    def push(self, pull: Thread, files: dict[str, bytes | None]) -> str:
        """A student's commit on a pull request, from the base; None is a link to elsewhere."""
        self._git("checkout", "--quiet", "--detach", self.base_sha, at=self.fork)
        for name, content in files.items():
            path = self.fork / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if content is None:
                path.symlink_to("/etc/passwd")
            else:
                path.write_bytes(content)
        return self._push(pull)

    def _push(self, pull: Thread) -> str:
        """Commit what lies in the fork, and what GitHub then says of the pull request."""
        head = self._commit(self.fork, "solution")
        ref = f"HEAD:refs/pull/{pull.number}/head"
        self._git("push", "--quiet", "--force", "origin", ref, at=self.fork)
        assert pull.pull is not None
        pull.pull.head_sha, pull.pull.base_sha = head, self.base_sha
        changed = self._git("diff", "--name-only", self.base_sha, head, at=self.fork)
        self.hub.repository.set_changes(head, changed.splitlines())
        return head

    def follow(self, pull: Thread, commit: str, files: dict[str, bytes]) -> str:
        """A commit after another, made as a comment advises a student whose files are too many."""
        self._git("checkout", "--quiet", "--detach", commit, at=self.fork)
        known = self._git("remote", at=self.fork).split()
        if "upstream" not in known:
            self._git("remote", "add", "upstream", str(self.remote), at=self.fork)
        self._git("fetch", "--quiet", "upstream", at=self.fork)
        base = self._git("merge-base", "HEAD", "upstream/main", at=self.fork)
        changed = self._git("diff", "--name-status", base, "HEAD", at=self.fork)
        for line in changed.splitlines():
            status, name = line.split("\t")
            if name not in files:
                advice = ["rm"] if status == "A" else ["checkout", base, "--"]
                self._git(*advice, name, at=self.fork)
        for name, content in files.items():
            (self.fork / name).write_bytes(content)
        return self._push(pull)

    def on_main(self, files: dict[str, str]) -> None:
        """A commit of staff's on the course's branch."""
        for name, text in files.items():
            (self.base / name).write_text(text, encoding="utf-8")
        self._commit(self.base, "staff's change")
        self._git("push", "--quiet", str(self.remote), "main", at=self.base)

    @staticmethod
    def event_of(pull: Thread) -> dict[str, Any]:
        """What GitHub tells a workflow that a push to a pull request starts."""
        assert pull.pull is not None
        return {
            "action": "synchronize",
            "number": pull.number,
            "pull_request": {
                "number": pull.number,
                "title": '"; echo pwned; "',
                "user": {"login": pull.user},
                "head": {"sha": pull.pull.head_sha, "ref": pull.pull.head_ref},
                "base": {"sha": pull.pull.base_sha, "ref": "main"},
                "updated_at": "2026-12-24T18:00:00Z",
            },
        }

    def _commit(self, at: Path, message: str) -> str:
        self._git("add", "--all", at=at)
        self._git("commit", "--quiet", "--message", message, at=at)
        return self._git("rev-parse", "HEAD", at=at)

    @staticmethod
    def _git(*arguments: str, at: Path) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
            cwd=at, check=True, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return done.stdout.strip()

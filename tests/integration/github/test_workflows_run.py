"""The workflows' own shell steps, from a student's push to the posted comment and the issues."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.course.roster import load_roster
from grader.github.seal import unseal, verify_key
from tests.github.course import PRIVATE, PUBLIC, ROOT
from tests.github.double import Double
from tests.github.new_course import make_safe
from tests.github.state import BOT, Run, Thread
from tests.integration.github.runner import Runner

SOLUTION = ROOT / "tests/specimens/softmax/passed/reference/softmax.py"
MISTAKE = ROOT / "tests/specimens/softmax/failed/double_softmax/softmax.py"
STUB = "assignments/softmax/softmax.py"

PUSHED = datetime(2026, 11, 2, 10, 0, 5, tzinfo=UTC)

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


class Course:
    """A repository on the double, with a real git remote that holds pull requests' refs."""

    def __init__(self, hub: Double, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.remote, self.fork = folder / "remote.git", folder / "fork"
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(self.remote), at=folder)
        self._git("config", "uploadpack.allowAnySHA1InWant", "true", at=self.remote)
        base = folder / "base"
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
        self.runner = Runner(
            self.remote,
            folder,
            base / ".github/workflows",
            {"GITHUB_API_URL": hub.url, "GITHUB_REPOSITORY": hub.repository.name},
        )
        self.runs = 0
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
        base = self.folder / "base"
        for name, text in files.items():
            (base / name).write_text(text, encoding="utf-8")
        self._commit(base, "staff's change")
        self._git("push", "--quiet", str(self.remote), "main", at=base)

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

    def contexts(self, event: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What expressions can refer to."""
        secrets = {"GRADER_SIGNING_KEY": PRIVATE, "GRADER_STAFF_TOKEN": ""}
        github = {"event": event, "token": "bot-token"}
        return {"github": github, "secrets": secrets, **more}

    def graded_and_published(self, pull: Thread) -> None:
        """What happens on GitHub after a push: grade.yml, then publish.yml."""
        assert pull.pull is not None
        self.runs += 1
        event = {
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
        self.runner.run("grade.yml", "grade", self.contexts(event), self.runs)
        path = ".github/workflows/grade.yml"
        run = Run(pull.pull.head_sha, pull.pull.head_repo, PUSHED, path, "pull_request",
                  pull.pull.head_ref)  # fmt: skip
        self.hand_over(run, "result")
        self.publish()

    def hand_over(self, run: Run, name: str) -> None:
        """What a job has uploaded lies on GitHub, as the work of a run."""
        folder = self.runner.artifacts / name
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        run = self.hub.repository.add_run(run)
        self.hub.repository.add_artifact(run, name, files)

    def publish(self) -> None:
        """What happens after a grading run, or by the schedule."""
        self.runs += 1
        self.runner.run("publish.yml", "publish", self.contexts({}), self.runs)


@pytest.fixture
def course(hub: Double, tmp_path: Path) -> Course:
    """A course on the double."""
    return Course(hub, tmp_path)


def body_of(hub: Double, pull: Thread) -> str:
    """The text of the grader's one comment on a pull request."""
    [comment] = [c for c in hub.repository.on(pull.number) if c.user == BOT]
    return comment.body


def test_from_a_push_to_the_issues(hub: Double, course: Course) -> None:
    """A push is graded and published by the workflows, a better push updates it, issues follow."""
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    head = course.push(pull, {STUB: MISTAKE.read_bytes()})
    course.graded_and_published(pull)
    first = body_of(hub, pull)
    assert "  - asked: " in first, first
    head = course.push(pull, {STUB: SOLUTION.read_bytes()})
    course.graded_and_published(pull)
    body = body_of(hub, pull)
    assert re.search(r"### (\d+) of \1 points count now", body)
    assert "| 2 |" in body
    sealed = unseal(body, verify_key(load_roster(course.folder / "base/groups.yaml")))
    assert sealed is not None
    assert (sealed.member, sealed.head) == ("Stud-One", head)
    [*_, run] = hub.repository.check_runs.values()
    assert run["conclusion"] == "success"
    assert not any("pwned" in said for said in course.runner.said)

    other = hub.repository.add_pull("stud-two", "0" * 40)
    course.push(other, {STUB: MISTAKE.read_bytes()})
    course.graded_and_published(other)

    for number in (1, 2):
        course.runner.run("report.yml", "report", course.contexts({}), number)
    issues = [t for t in hub.repository.threads.values() if t.pull is None]
    assert [issue.title for issue in issues] == ["Group A — progress", "Group B — progress"]
    assert "median of 3 members" in issues[0].body
    assert "points" not in issues[1].body.split("<sub>")[0]
    assert "Name" not in issues[0].body
    assert "stud" not in issues[0].body.lower()


def test_regrade_in_shards(hub: Double, course: Course) -> None:
    """A regrade lists, grades in shards and publishes: each open pull request gets an attempt."""
    pulls = [hub.repository.add_pull(who, "0" * 40) for who in ("stud-one", "stud-two", "nobody")]
    for pull in pulls:
        course.push(pull, {STUB: SOLUTION.read_bytes()})
    course.graded_and_published(pulls[0])
    event = course.contexts({}, inputs={"shards": "2"})
    outputs = course.runner.run("regrade.yml", "plan", event)
    for shard in json.loads(outputs["shards"]):
        matrix = {"matrix": {"shard": str(shard)}}
        course.runner.run("regrade.yml", "grade", event | matrix, shard)
        run = Run("c" * 40, hub.repository.name, PUSHED, ".github/workflows/regrade.yml",
                  "workflow_dispatch", "main")  # fmt: skip
        course.hand_over(run, f"regraded-{shard}")
    course.publish()
    assert "| 2 |" in body_of(hub, pulls[0])
    sealed = unseal(
        body_of(hub, pulls[0]), verify_key(load_roster(course.folder / "base/groups.yaml"))
    )
    assert sealed is not None
    assert {str(a.result.submitted_at) for a in sealed.attempts} == {"2026-11-02 10:00:05+00:00"}
    assert re.search(r"### (\d+) of \1 points", body_of(hub, pulls[1]))
    assert "in no group" in body_of(hub, pulls[2])


def test_links_strangers_and_untouched_stubs(hub: Double, course: Course) -> None:
    """A link is refused, an unknown author is told what to do, an untouched stub is not started."""
    linked = hub.repository.add_pull("stud-one", "0" * 40)
    course.push(linked, {STUB: None, "assignments/softmax/notes\n.txt": b"x"})
    hub.repository.set_changes(linked.pull.head_sha, [STUB])  # type: ignore[union-attr]
    course.graded_and_published(linked)
    assert "is a symbolic link, not a file" in body_of(hub, linked)
    stranger = hub.repository.add_pull("stranger", "0" * 40)
    course.push(stranger, {STUB: SOLUTION.read_bytes()})
    course.graded_and_published(stranger)
    assert "in no group" in body_of(hub, stranger)
    untouched = hub.repository.add_pull("stud-two", "0" * 40)
    course.push(untouched, {"README.txt": b"x"})
    hub.repository.set_changes(untouched.pull.head_sha, [])  # type: ignore[union-attr]
    course.graded_and_published(untouched)
    assert "not started" in body_of(hub, untouched)


def test_every_advice_of_a_comment_helps(hub: Double, course: Course) -> None:
    """Who was in no group and is now, and who reopens or has the job run again, is graded."""
    pull = hub.repository.add_pull("newcomer", "0" * 40)
    course.push(pull, {STUB: SOLUTION.read_bytes()})
    course.graded_and_published(pull)
    assert "close and reopen this pull request" in body_of(hub, pull).replace("\n", " ")
    course.on_main({"groups.yaml": GROUPS.replace("github: null", "github: newcomer", 1)})
    course.graded_and_published(pull)  # the same event again: a job run again, or reopened
    assert re.search(r"### (\d+) of \1 points count now", body_of(hub, pull))
    push_over = course.push(pull, {STUB: MISTAKE.read_bytes(), "README.md": b"mine"})
    course.graded_and_published(pull)
    body = body_of(hub, pull)
    assert "git checkout $(git merge-base HEAD upstream/main) -- FILE" in body
    assert "git rm FILE" in body
    healed = course.follow(pull, push_over, {STUB: SOLUTION.read_bytes()})
    course.graded_and_published(pull)
    assert f"commit `{healed[:7]}`" in body_of(hub, pull)
    # The grading of before the roster was corrected counts too: it was still in the queue.
    assert "Attempt 3 of" in body_of(hub, pull)


def test_a_forged_artifact_does_not_count(hub: Double, course: Course) -> None:
    """A pull request that rewrites the workflow may hand over anything; nothing is recorded."""
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    course.push(pull, {STUB: SOLUTION.read_bytes(), ".github/workflows/grade.yml": b"on: push"})
    course.graded_and_published(pull)
    assert "Not counted" in body_of(hub, pull)
    course.runner.run("report.yml", "report", course.contexts({}))
    assert any("0 new results" in said for said in course.runner.said)


def test_the_runner_refuses_unknown_expressions() -> None:
    """Every expression in a step of the workflows is one that the runner of this test looks up."""
    known = re.compile(r"(github|secrets|vars|inputs|matrix|steps|runner|needs|env)\.[\w.]+")
    folders = ROOT / ".github/workflows", ROOT / ".github/staff"
    for file in sorted(file for folder in folders for file in folder.glob("*.yml")):
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
            for step in job["steps"]:
                values = [*step.get("env", {}).values(), *step.get("with", {}).values()]
                for value in values:
                    for expression in re.findall(r"\$\{\{\s*(.+?)\s*\}\}", str(value)):
                        assert known.fullmatch(expression), (file.name, expression)

"""The workflows' own shell steps, from a student's push to the posted comment and the issues."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.course.roster import load_roster
from grader.github.seal import unseal, verify_key
from tests.github.course import PRIVATE, ROOT
from tests.github.double import Double
from tests.github.state import BOT, Run, Thread
from tests.integration.github.course_repository import (
    GROUPS,
    MISTAKE,
    SOLUTION,
    STUB,
    CourseRepository,
)
from tests.integration.github.runner import Runner

PUSHED = datetime(2026, 11, 2, 10, 0, 5, tzinfo=UTC)


class Course(CourseRepository):
    """The repository, and a machine that runs its workflows' shell steps."""

    def __init__(self, hub: Double, folder: Path) -> None:
        super().__init__(hub, folder)
        self.runner = Runner(
            self.remote,
            folder,
            self.base / ".github/workflows",
            {"GITHUB_API_URL": hub.url, "GITHUB_REPOSITORY": hub.repository.name},
        )
        self.runs = 0

    def contexts(self, event: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What expressions can refer to."""
        secrets = {"GRADER_SIGNING_KEY": PRIVATE, "GRADER_STAFF_TOKEN": ""}
        github = {"event": event, "token": "bot-token"}
        return {"github": github, "secrets": secrets, **more}

    def graded_and_published(self, pull: Thread) -> None:
        """What happens on GitHub after a push: grade.yml, then publish.yml."""
        assert pull.pull is not None
        self.runs += 1
        self.runner.run("grade.yml", "grade", self.contexts(self.event_of(pull)), self.runs)
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
    sealed = unseal(body, verify_key(load_roster(course.base / "groups.yaml")))
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
    sealed = unseal(body_of(hub, pulls[0]), verify_key(load_roster(course.base / "groups.yaml")))
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

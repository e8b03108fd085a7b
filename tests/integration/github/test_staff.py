"""A private repository of staff's grades a public course: two repositories, both workflows run."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.github.event import Graded
from grader.github.seal import Sealed, new_keys, seal, signing_key, unseal
from grader.github.staff import workflow_for
from grader.gradebook import Gradebook
from tests.github.course import NOW, PRIVATE, ROOT, result, roster
from tests.github.double import Double
from tests.github.state import BOT, Repository, Run, Thread
from tests.integration.github.publishing import KEY
from tests.integration.github.runner import Runner
from tests.integration.github.test_workflows_run import GROUPS, MISTAKE, SOLUTION, STUB, Course

APP = "our-grader[bot]"

STAFF = "staff: {repository: course/secrets, app: our-grader}\n"

TITLE, QUESTION, NAME = "A zebra on the stairs", "the riddle of the sphinx", "marmalade"

CHECKS = f"""
import torch
from grader.checking import Draw, Student, assert_close, check


@check(task=1, points=8, title="{TITLE}", hint="Think again.")
def test_{NAME}(student: Student, draw: Draw) -> None:
    z = draw.normal(4, 3)
    assert_close(student.call("softmax", z), torch.softmax(z, -1), asked="{QUESTION}")


@check(task=2, points=5.5, title="{TITLE}, again", hint="Think again.")
def test_{NAME}_again(student: Student, draw: Draw) -> None:
    z = draw.normal(4, 3)
    assert_close(student.call("softmax", 2 * z), torch.softmax(z, -1), asked="{QUESTION}")
"""
"""The second asks for what no softmax gives, so that there is always something to tell."""


class StaffedCourse(Course):
    """A public course without a signing key, and the private repository that grades it."""

    def __init__(self, hub: Double, folder: Path) -> None:
        (folder / "public").mkdir()
        super().__init__(hub, folder / "public")
        self.on_main({"groups.yaml": GROUPS + STAFF})
        self.secret = Repository(name="course/secrets", id=4712, private=True)
        self.secret.add_user("call-token", "prof")
        hub.others.append(self.secret)
        hub.repository.add_user("app-token", APP, app=True)
        private = self.private = folder / "private"
        (private / "checks").mkdir(parents=True)
        (private / "checks/test_softmax.py").write_text(CHECKS)
        workflows = private / ".github/workflows"
        workflows.mkdir(parents=True)
        template = (ROOT / ".github/staff/grade-course.yml").read_text(encoding="utf-8")
        (workflows / "grade-course.yml").write_text(workflow_for("course/lab5", template))
        self._git("init", "--quiet", "--initial-branch=main", at=private)
        self._commit(private, "the checks")
        (folder / "runner").mkdir()
        self.staff_runner = Runner(
            private, folder / "runner", workflows,
            {"GITHUB_API_URL": hub.url, "GITHUB_REPOSITORY": self.secret.name},
            others={"course/lab5": self.remote}, app_tokens={"key of the app": "app-token"},
        )  # fmt: skip

    def contexts(self, event: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What expressions of the course's workflows can refer to: no signing key."""
        secrets = {"GRADER_SIGNING_KEY": "", "GRADER_STAFF_TOKEN": "call-token"}
        return super().contexts(event) | {"secrets": secrets} | more

    def staff_grade(self, *, everything: bool = False) -> int:
        """A run of staff's workflow; how many results it published."""
        self.runs += 1
        # What the job may see: its own token, which on GitHub reads whatever is public.
        mine = {"github": {"event": {}, "token": "reader-token"}}
        inputs = {"inputs": {"everything": str(everything).lower()}}
        outputs = self.staff_runner.run(
            "grade-course.yml", "grade", {**mine, **inputs, "secrets": {}}, self.runs
        )
        graded = int(outputs["results"] or 0)
        if graded:
            secrets = {"GRADER_SIGNING_KEY": PRIVATE, "GRADER_APP_ID": "1",
                       "GRADER_APP_KEY": "key of the app"}  # fmt: skip
            self.staff_runner.run(
                "grade-course.yml", "publish", mine | {"secrets": secrets}, self.runs
            )
        return graded

    def signed(self, pull: Thread) -> Sealed:
        """What the one comment of staff's app on a pull request proves."""
        [comment] = [c for c in self.hub.repository.on(pull.number) if c.user == APP]
        sealed = unseal(comment.body, KEY.verify_key)
        assert sealed is not None
        return sealed

    def last_title(self, pull: Thread) -> str:
        """What the last check, a private one, is called in the newest result."""
        return self.signed(pull).attempts[0].result.assignments[0].checks[-1].title

    def written_in_public(self) -> Iterator[str]:
        """All that was written in the public repository, what is packed in comments unpacked."""
        repository = self.hub.repository
        for comment in repository.comments.values():
            yield comment.body
            sealed = unseal(comment.body, KEY.verify_key)
            yield sealed.to_json() if sealed else ""
        yield from (f"{t.title}\n{t.body}" for t in repository.threads.values())
        yield json.dumps(list(repository.check_runs.values()))
        yield from self.runner.said
        for folder in (self.runner.artifacts, self.remote):
            yield from (p.read_bytes().decode(errors="replace") for p in folder.rglob("*.*"))


@pytest.fixture
def course(hub: Double, tmp_path: Path) -> StaffedCourse:
    """A public course on the double that a private repository grades."""
    hub.repository.add_user("reader-token", "github-actions", write=False)
    return StaffedCourse(hub, tmp_path)


def test_private_checks_count_and_stay_private(hub: Double, course: StaffedCourse) -> None:
    """The course says public results at once; staff's count, and nothing tells of their checks."""
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    course.push(pull, {STUB: SOLUTION.read_bytes()})
    course.graded_and_published(pull)
    assert course.secret.settings.dispatched == ["course"]
    assert not hub.repository.comments
    assert not hub.repository.check_runs
    summary = next(said for said in course.runner.said if "public checks alone" in said)
    assert "### 6.5 of 6.5 points" in summary

    assert course.staff_grade() == 1
    [attempt] = course.signed(pull).attempts
    assert (attempt.result.score, attempt.result.points) == (14.5, 20)
    assert [str(attempt.result.submitted_at)] == ["2026-11-02 10:00:05+00:00"]
    hidden = [c for c in attempt.result.assignments[0].checks if c.visibility == "hidden"]
    assert [check.title for check in hidden] == ["Hidden check 4", "Hidden check 6"]
    assert {run["app"]["slug"] for run in hub.repository.check_runs.values()} == {"our-grader"}

    refused = hub.repository.add_pull("stud-two", "0" * 40)
    course.push(refused, {STUB: None})  # a link
    assert course.staff_grade() == 1  # only what is new
    assert course.staff_grade() == 0
    assert course.staff_grade(everything=True) == 2
    course.runner.run("report.yml", "report", course.contexts({}))
    told = "\n".join(course.written_in_public())
    assert "Hidden check 6" in told
    for private in (TITLE, QUESTION, NAME):
        assert private not in told
    assert any("4 new results" in said for said in course.runner.said)


def test_titles_are_shown_where_that_is_asked_for(hub: Double, course: StaffedCourse) -> None:
    """With `hidden_titles: shown`, and after the due date, students read titles and questions."""
    path = "assignments/softmax/assignment.yaml"
    text = (course.folder / "base" / path).read_text(encoding="utf-8")
    course.on_main({path: f"{text}\nhidden_titles: shown\n"})
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    course.push(pull, {STUB: MISTAKE.read_bytes()})
    course.staff_grade()
    told = "\n".join(course.written_in_public())
    assert TITLE in told
    assert QUESTION in told
    course.on_main({path: text.replace("due: null", "due: 2999-01-01")})
    course.staff_grade(everything=True)
    assert course.last_title(pull) == "Hidden check 6"
    course.on_main({path: text.replace("due: null", "due: 2026-01-01")})
    course.staff_grade(everything=True)
    assert course.last_title(pull) == f"{TITLE}, again"


def test_what_was_answered_is_not_graded_each_hour(hub: Double, course: StaffedCourse) -> None:
    """Strangers and pull requests that change too much are answered once, and again when new."""
    stranger = hub.repository.add_pull("stranger", "0" * 40)
    course.push(stranger, {STUB: SOLUTION.read_bytes()})
    course.push(hub.repository.add_pull("prof", "0" * 40, association="OWNER"), {"x": b"staff's"})
    much = hub.repository.add_pull("stud-two", "0" * 40)
    course.push(much, {STUB: SOLUTION.read_bytes(), "README.md": b"mine"})
    assert course.staff_grade() == 2
    assert course.staff_grade() == 0
    course.on_main({"groups.yaml": GROUPS.replace("github: null", "github: stranger", 1) + STAFF})
    course.push(much, {STUB: SOLUTION.read_bytes()})
    assert course.staff_grade() == 2
    assert course.signed(stranger).member == "stranger"
    assert course.signed(much).member == "stud-two"


def test_a_push_that_another_followed_is_graded_too(hub: Double, course: StaffedCourse) -> None:
    """Each has the time of its push; another fork's commit does not count, one may be gone."""
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    good = course.push(pull, {STUB: SOLUTION.read_bytes()})
    worse = course.push(pull, {STUB: MISTAKE.read_bytes()})
    assert pull.pull is not None
    foreign = course.push(hub.repository.add_pull("stud-two", "0" * 40), {STUB: b"x = 1"})
    pushes = [
        (good, "stud-one/lab5", 1), ("f" * 40, "stud-one/lab5", 2), (foreign, "mallory/lab5", 3),
        (worse, "stud-one/lab5", 4),
    ]  # fmt: skip
    for head, fork, day in pushes:
        hub.repository.add_run(
            Run(head, fork, NOW + timedelta(days=day), head_branch=pull.pull.head_ref)
        )
    assert course.staff_grade() == 3
    assert any(
        "#1: commit fffffff could not be fetched" in said for said in course.staff_runner.said
    )
    sealed = course.signed(pull)
    assert [line.commit for line in sealed.history] == [worse, good]
    assert [attempt.result.submitted_at for attempt in sealed.attempts] == [
        NOW + timedelta(days=4), NOW + timedelta(days=1)
    ]  # fmt: skip
    assert course.staff_grade() == 0


def test_what_the_public_job_says_does_not_count(hub: Double, course: StaffedCourse) -> None:
    """Neither its artifact, nor a workflow that was rewritten, nor a comment under another key."""
    honest = hub.repository.add_pull("stud-one", "0" * 40)
    head = course.push(honest, {STUB: MISTAKE.read_bytes()})
    forged = Graded(pull_request=honest.number, head=head, result=result(head))
    run = hub.repository.add_run(Run(head, "stud-one/lab5", NOW))
    hub.repository.add_artifact(run, "result", {"1.json": forged.to_json()})
    rewritten = hub.repository.add_pull("stud-two", "0" * 40)
    course.push(rewritten, {STUB: SOLUTION.read_bytes(), ".github/workflows/grade.yml": b"on: x"})
    course.publish()
    assert not hub.repository.comments

    course.staff_grade()
    sealed = course.signed(honest)
    real = sealed.attempts[0].result.score
    assert 0 < real < 14
    [comment] = hub.repository.on(rewritten.number)
    assert "Not counted: other files were changed" in comment.body
    private, public = new_keys()
    other = signing_key(private, roster(key=public))
    best = sealed.model_copy(update={"sequence": sealed.sequence + 9, "attempts": (
        sealed.attempts[0].model_copy(update={"result": result(head, member="Stud-One")}),
    )})  # fmt: skip
    hub.repository.add_comment(honest.number, BOT, seal(best, other))
    hub.repository.add_comment(honest.number, BOT, seal(best, KEY))
    hub.repository.add_comment(honest.number, APP, seal(best, other))
    course.runner.run("report.yml", "report", course.contexts({}))
    said = "\n".join(course.runner.said)
    assert "1 new result, 3 rejected" in said
    with Gradebook(course.runner.artifacts / "gradebook/gradebook.sqlite") as book:
        [entry] = book.entries()
    assert (entry.member, entry.scores) == ("Stud-One", {"softmax": real})

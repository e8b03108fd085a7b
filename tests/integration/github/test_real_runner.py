"""What a runner that is not ours makes of the workflows, from a push to the groups' issues."""

import re
from pathlib import Path

import pytest

from grader.github.seal import unseal
from tests.github.course import PRIVATE, assignments
from tests.github.double import Double
from tests.github.state import BOT, Fault, Thread
from tests.integration.github.act import Actions, Ran, needs_act
from tests.integration.github.course_repository import MISTAKE, SOLUTION, STUB, CourseRepository
from tests.integration.github.publishing import KEY, hand_over

SOFTMAX = [one for one in assignments() if one.id == "softmax"]

KEEP = "Keep the gradebook for the next report"
CHECK = "Check the course's settings, as far as this token sees them"


@pytest.fixture
def course(hub: Double, tmp_path: Path) -> CourseRepository:
    """A course on the double, where there is a runner."""
    needs_act()
    return CourseRepository(hub, tmp_path)


@pytest.fixture
def actions(hub: Double, course: CourseRepository) -> Actions:
    """The course's workflows, and who runs them."""
    remotes = {hub.repository.name: course.remote}
    secrets = {"GRADER_SIGNING_KEY": PRIVATE}
    return Actions(hub, hub.repository, course.base, course.folder / "act", remotes, secrets)


def ended(runs: list[Ran]) -> list[tuple[str, str]]:
    """Which workflows ran, and how they ended."""
    return [(ran.workflow, ran.conclusion) for ran in runs]


def said(runs: list[Ran]) -> str:
    """For a test that fails."""
    return "\n".join(ran.said for ran in runs)


def published(hub: Double, pull: Thread, attempts: int) -> tuple[str, str]:
    """The one comment on a pull request, and what the newest check run of its head says.

    Each attempt has a check run, of which GitHub shows the newest.
    """
    assert pull.pull is not None
    [comment] = hub.repository.on(pull.number)
    assert comment.user == BOT
    sealed = unseal(comment.body, KEY.verify_key)
    assert sealed is not None
    assert (sealed.head, len(sealed.attempts)) == (pull.pull.head_sha, attempts)
    runs = [run for run in hub.repository.check_runs.values() if run["head_sha"] == sealed.head]
    assert len(runs) == attempts
    return comment.body, runs[-1]["conclusion"]


def test_from_a_push_to_the_issues(hub: Double, course: CourseRepository, actions: Actions) -> None:
    """Graded, published; regraded in shards, some empty, and published; reported, and again."""
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    head = course.push(pull, {STUB: SOLUTION.read_bytes()})
    runs = actions.start("grade.yml", "pull_request", course.event_of(pull), pull)
    assert ended(runs) == [("grade.yml", "success"), ("publish.yml", "success")], said(runs)
    assert runs[0].artifacts == {"result": [f"1-{head[:7]}.json"]}
    # The code that grades is the base branch's.
    assert f"checked out {course.base_sha}\n" in runs[0].said
    assert "pwned" not in said(runs)  # by the pull request's title
    body, conclusion = published(hub, pull, attempts=1)
    assert re.search(r"### (\d+) of \1 points count now", body)
    assert conclusion == "success"

    other = hub.repository.add_pull("stud-two", "0" * 40)
    worse = course.push(other, {STUB: MISTAKE.read_bytes()})
    runs = actions.start("regrade.yml", "workflow_dispatch", {"inputs": {"shards": "4"}})
    assert ended(runs) == [("regrade.yml", "success"), ("publish.yml", "success")], said(runs)
    shards = {f"grade {shard}": "success" for shard in (1, 2, 3, 4)}
    assert runs[0].jobs == {"plan": "success"} | shards
    assert runs[0].artifacts == {
        "work": ["refs.txt", "worklist.json"],
        "regraded-1": [f"1-{head[:7]}.json"],
        "regraded-2": [f"2-{worse[:7]}.json"],
    }
    body, conclusion = published(hub, pull, attempts=2)
    assert re.search(r"### (\d+) of \1 points count now", body)
    assert conclusion == "success"
    body, conclusion = published(hub, other, attempts=1)
    assert "  - asked: " in body
    assert conclusion == "neutral"

    for event, found in (("schedule", "no gradebook of an earlier report"),
                         ("workflow_dispatch", "the gradebook of the last report")):  # fmt: skip
        runs = actions.start("report.yml", event, {})
        assert ended(runs) == [("report.yml", "success")], said(runs)
        assert found in runs[0].said
        assert runs[0].artifacts == {
            "gradebook": ["gradebook.sqlite", "gradebook.sqlite.collected"]
        }
        assert {KEEP, CHECK} <= runs[0].steps["report"].keys()
        issues = [one for one in hub.repository.threads.values() if one.pull is None]
        assert [one.title for one in issues] == ["Group A — progress", "Group B — progress"]
        assert "median of 3 members" in issues[0].body


@pytest.mark.parametrize(
    ("conclusion", "publishes"),
    [("success", True), ("failure", True), ("cancelled", False), ("skipped", False)],
)
def test_what_a_grading_run_s_end_starts(
    hub: Double, course: CourseRepository, actions: Actions, conclusion: str, publishes: bool
) -> None:
    """A run that ended has results to publish, also when a part of it failed; no other has."""
    pull = hub.repository.add_pull("stud-one", course.base_sha, [STUB])
    hand_over(hub, pull, of=SOFTMAX)
    payload = {"action": "completed", "workflow_run": {"conclusion": conclusion}}
    runs = actions.start("publish.yml", "workflow_run", payload)
    assert ended(runs) == [("publish.yml", "success" if publishes else "skipped")], said(runs)
    assert len(hub.repository.on(pull.number)) == publishes, said(runs)


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_publishing_without_a_grading_run(
    hub: Double, course: CourseRepository, actions: Actions, event: str
) -> None:
    """What waits is published by the clock and by hand, too."""
    pull = hub.repository.add_pull("stud-one", course.base_sha, [STUB])
    hand_over(hub, pull, of=SOFTMAX)
    assert ended(actions.start("publish.yml", event, {})) == [("publish.yml", "success")]
    published(hub, pull, attempts=1)


def test_a_report_that_cannot_post(hub: Double, actions: Actions) -> None:
    """What was collected is kept for the next report, and the settings are looked at."""
    hub.repository.issues_enabled = False
    [ran] = actions.start("report.yml", "schedule", {})
    steps = ran.steps["report"]
    assert ran.conclusion == "failure"
    assert [name for name, result in steps.items() if result == "failure"] == [
        "Post the report",
        CHECK,
    ], ran.said
    assert steps[KEEP] == "success"
    assert [*ran.artifacts] == ["gradebook"]


def test_a_report_that_cannot_collect(hub: Double, actions: Actions) -> None:
    """A gradebook that is not whole is not kept; the settings are looked at."""
    hub.faults.append(Fault("GET", "/issues/comments$", 404))
    [ran] = actions.start("report.yml", "schedule", {})
    steps = ran.steps["report"]
    assert steps["Collect the results"] == "failure", ran.said
    assert "Post the report" not in steps
    assert KEEP not in steps
    assert CHECK in steps
    assert ran.artifacts == {}

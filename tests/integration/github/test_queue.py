"""The queue of results: everything handed over is published once, whatever dies in between."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from grader.course.roster import Roster
from grader.github.client import Connection
from grader.github.event import ARTIFACT_CAP
from grader.github.publish import Published, Publisher
from grader.github.queue import MANY, work_off
from tests.github.course import NOW, assignments, result, roster, sha
from tests.github.double import Double
from tests.github.state import BOT, Fault, Run, Thread
from tests.integration.github.publishing import (
    KEY,
    STUB,
    Publish,
    hand_over,
    published,
    push,
    regrade,
    signed,
)

FULL = assignments()[0].points

Work = Callable[..., list[Published]]


@pytest.fixture
def work(reach: Callable[..., Connection]) -> Work:
    """A function that works the queue off, as a run of `publish.yml` does."""

    def worked(people: Roster | None = None, minutes: float = 600) -> list[Published]:
        publisher = Publisher(reach(), assignments(), people or roster(), KEY, BOT)
        return list(work_off(publisher, lambda: NOW + timedelta(minutes=minutes)))

    return worked


def commits(hub: Double, pull: Thread) -> list[str | None]:
    """The commits of the signed attempts, the latest push first."""
    return [attempt.result.commit for attempt in signed(hub, pull).attempts]


def body_of(hub: Double, pull: Thread) -> str:
    """The text of the grader's one comment, without its hidden line."""
    [comment] = [c for c in hub.repository.on(pull.number) if c.user == BOT]
    return comment.body.split("\n", 1)[1]


def test_every_graded_head_is_recorded(hub: Double, work: Work) -> None:
    """A push that was pushed over before it was published counts, with its own time."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hand_over(hub, pull, 1.0, run_at=NOW - timedelta(hours=5))
    push(hub, pull, "b")
    hand_over(hub, pull, 0.25, minutes=60, run_at=NOW - timedelta(hours=1))
    assert [one.outcome for one in work()] == ["published"] * 2
    assert commits(hub, pull) == [sha("b"), sha("a")]
    times = [attempt.result.submitted_at for attempt in signed(hub, pull).attempts]
    assert times == [NOW - timedelta(hours=1), NOW - timedelta(hours=5)]
    [run] = hub.repository.check_runs.values()
    assert run["head_sha"] == sha("b")


def test_a_slow_run_of_an_earlier_push(hub: Double, work: Work) -> None:
    """A result that comes after that of a later push stands before it, and the comment stays."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    first = hub.repository.add_run(Run(sha("a"), "g1m1/lab5", NOW - timedelta(hours=5)))
    push(hub, pull, "b")
    hand_over(hub, pull, 0.25, minutes=60)
    work()
    published(hub)
    early = result(sha("a"), 1.0, minutes=90)
    hand_over(hub, pull, run=first, graded_head=sha("a"), result=early)
    work()
    assert commits(hub, pull) == [sha("b"), sha("a")]
    assert f"This push: **{FULL / 4:g} of 100 points**" in body_of(hub, pull)


def test_what_counts_stands_first(hub: Double, work: Work) -> None:
    """The first line says what counts, the next what this push earned, by its right number."""
    pull = hub.repository.add_pull("g1m1", sha("0"), [STUB])
    for number in range(38):
        push(hub, pull, f"commit {number}")
        hand_over(hub, pull, 0.9 if number == 3 else 0.1, minutes=number)
    work()
    first, _, second, *_ = body_of(hub, pull).splitlines()
    assert first == f"### {0.9 * FULL:g} of 100 points count now"
    assert second.startswith(f"This push: **{0.1 * FULL:g} of 100 points**. Attempt 38 of ")
    assert "| 38 | " in body_of(hub, pull)
    assert "| 9 | " in body_of(hub, pull)
    assert "| 8 | " not in body_of(hub, pull)


def test_the_policy_says_what_counts(hub: Double, work: Work) -> None:
    """Where the course counts the latest attempt, the first line does."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hand_over(hub, pull, 0.5)
    push(hub, pull, "b")
    hand_over(hub, pull, 0.25, minutes=1)
    people = roster().model_dump(by_alias=True)
    people["policy"] = {"attempt": "latest"}
    work(Roster.model_validate(people))
    assert body_of(hub, pull).startswith(f"### {0.25 * FULL:g} of 100 points count now")


def test_requests_of_a_publication(hub: Double, work: Work) -> None:
    """Of many results each costs four requests, and each hundred of what is listed one."""
    count = 60
    people = roster(groups=20, size=3)
    for group in people.groups:
        for member in group.members:
            pull = hub.repository.add_pull(member.github or "", sha(member.name), [STUB])
            hand_over(hub, pull, 0.5)
    hub.log.clear()
    assert [one.outcome for one in work(people)] == ["published"] * count
    api = [path for _, path, _, _ in hub.log if not path.startswith("/storage")]
    # Repository, last publication, artifacts, runs, pull requests, comments.
    assert len(api) == 4 * count + 6
    kinds = {
        kind: sum(kind in path for path in api) for kind in ("/zip", "/compare/", "check-runs")
    }
    assert kinds == {"/zip": count, "/compare/": count, "check-runs": count}


def test_a_second_round_costs_nothing_for_what_is_published(hub: Double, work: Work) -> None:
    """After a publisher died, the next one sends nothing for what is in the comments already."""
    pulls = [hub.repository.add_pull(f"g1m{m}", sha(str(m)), [STUB]) for m in (1, 2, 3)]
    for pull in pulls:
        hand_over(hub, pull, 0.5)
    hub.faults.append(Fault("POST", f"/issues/{pulls[1].number}/comments", 422, times=1))
    assert [one.outcome for one in work()] == ["published", "failed", "published"]
    hub.log.clear()
    assert [one.outcome for one in work()] == ["published"]
    assert sum("/zip" in path for _, path, _, _ in hub.log) == 1
    assert all(commits(hub, pull) for pull in pulls)
    hub.repository.tick(3600)
    published(hub)
    hub.log.clear()
    assert work() == []
    assert len(hub.log) == 3


def test_a_job_that_was_run_again(hub: Double, work: Work) -> None:
    """A grading job run again hands over another result of the same run, which is recorded."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    run = hand_over(hub, pull, 0.5)
    work()
    hand_over(hub, pull, 1.0, minutes=60, run=run)
    work()
    assert [a.result.score for a in signed(hub, pull).attempts] == [FULL, FULL / 2]


def test_a_forged_publication_hides_nothing(hub: Double, work: Work) -> None:
    """A pull request whose own publish.yml succeeded does not make results look published."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hand_over(hub, pull)
    hub.repository.tick(7200)
    path = ".github/workflows/publish.yml"
    hub.repository.add_run(Run("e" * 40, "evil/lab5", hub.repository.tick(), path))
    assert [one.outcome for one in work()] == ["published"]


@pytest.mark.parametrize(
    "change",
    [
        {"path": ".github/workflows/evil.yml"},
        {"event": "push"},
        {"path": ".github/workflows/regrade.yml", "event": "workflow_dispatch"},
        {"path": ".github/workflows/regrade.yml"},
    ],
)
@pytest.mark.parametrize("name", ["result", "regraded-1"])
def test_other_runs_hand_over_nothing(
    hub: Double, work: Work, change: dict[str, str], name: str
) -> None:
    """Artifacts of other workflows, other events and other repositories are passed over."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    run = hub.repository.add_run(Run(sha("a"), "g1m1/lab5", NOW, **change))
    hub.repository.add_artifact(run, name, {"1.json": b"{}"})
    assert work() == []
    assert hub.repository.on(pull.number) == []


def archive(**files: bytes) -> bytes:
    """A zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(f"{name}.json", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        archive(),
        archive(a=b"{}", b=b"{}"),
        archive(a=b"::error::x"),
        archive(a=b" " * (ARTIFACT_CAP + 1)),
        archive(a=b'{"schema": "grader/graded/v1", "pull_request": "1"}'),
        archive(a=b"{}")[:-30],
    ],
    ids=["no archive", "empty", "two", "no json", "large", "invalid", "cut off"],
)
def test_bad_artifacts(hub: Double, work: Work, content: bytes) -> None:
    """What is no result is refused for good, staff are told, and the others are published."""
    bad, good = (hub.repository.add_pull(f"g1m{m}", sha(str(m)), [STUB]) for m in (1, 2))
    run = hub.repository.add_run(Run(sha("1"), "g1m1/lab5", NOW))
    hub.repository.add_artifact(run, "result", {}).content = content
    hand_over(hub, good)
    refused, other = work()
    assert (refused.outcome, refused.fault, other.outcome) == ("refused", True, "published")
    assert hub.repository.on(bad.number) == []


def test_artifacts_without_a_run(hub: Double, work: Work) -> None:
    """Expired artifacts, and those whose run GitHub has forgotten, are passed over."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hand_over(hub, pull)
    hand_over(hub, pull)
    hub.repository.artifacts[0].run = None
    hub.repository.artifacts[1].expired = True
    assert work() == []


@pytest.mark.parametrize("many", [False, True])
def test_a_closed_pull_request(hub: Double, work: Work, many: bool) -> None:
    """A push before the pull request was closed is recorded all the same."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hand_over(hub, pull)
    pull.state = "closed"
    for number in range(MANY * many):
        other = hub.repository.add_pull(f"other{number}", sha(str(number)), [STUB])
        hand_over(hub, other)
    work()
    assert commits(hub, pull) == [sha("a")]


def test_another_base(hub: Double, work: Work) -> None:
    """A pull request against another branch reads which branch counts."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    assert pull.pull is not None
    pull.pull.base_ref = "old"
    hand_over(hub, pull)
    assert [one.outcome for one in work()] == ["other base"]
    assert "is against the branch `old`" in body_of(hub, pull)
    assert "`main`" in body_of(hub, pull)


def test_a_locked_conversation(hub: Double, work: Work) -> None:
    """Where GitHub lets nobody comment, staff read that, and nothing is tried again for ever."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    pull.locked = True
    hand_over(hub, pull)
    [one] = work()
    assert (one.outcome, one.fault) == ("locked", True)
    assert "unlock it" in one.sentence


def test_staffs_own_change(hub: Double, work: Work) -> None:
    """A change of the course by its staff is not asked who it is."""
    pull = hub.repository.add_pull("prof", sha("a"), ["groups.yaml"], association="OWNER")
    hand_over(hub, pull)
    assert [one.outcome for one in work()] == ["staff"]
    assert hub.repository.on(pull.number) == []


def test_no_pull_request_any_more(hub: Double, work: Work) -> None:
    """A result whose pull request is nowhere says so, and is no error."""
    run = hub.repository.add_run(Run(sha("a"), "g1m1/lab5", NOW))
    hub.repository.add_artifact(run, "result", {"1.json": b"{}"})
    [one] = work()
    assert (one.outcome, one.fault) == ("no pull request", False)


def test_a_renamed_account(hub: Double, publish: Publish, work: Work, reach: Any) -> None:
    """Under a new login the results go on: by the account's number, whatever the roster says."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hub.repository.logins["g1m1"] = 77
    publish(pull, 0.9)
    hub.repository.logins["renamed"] = 77
    pull.user = "renamed"
    push(hub, pull, "b")
    assert publish(pull, 0.1, minutes=60).outcome == "published"
    assert signed(hub, pull).member == "g1m1"
    [group, *others] = roster().groups
    [first, *rest] = group.members
    member = first.model_copy(update={"github": "renamed"})
    groups = (group.model_copy(update={"members": (member, *rest)}), *others)
    people = roster().model_copy(update={"groups": groups})
    regrade(hub, reach, pull, minutes=90, people=people)
    sealed = signed(hub, pull)
    assert (sealed.member, sealed.number) == ("renamed", 3)
    assert {a.result.member for a in sealed.attempts} == {"renamed"}


def test_an_account_that_took_a_login(hub: Double, publish: Publish) -> None:
    """Another account does not get the results of the one whose number the comment bears."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    pull.user = "somebody"
    push(hub, pull, "b")
    assert publish(pull).outcome == "unknown"


def test_regrade_resumes(hub: Double, work: Work) -> None:
    """A regrade that was published in part goes on where it stopped, without a second attempt."""
    pulls = [hub.repository.add_pull(f"g1m{m}", sha(str(m)), [STUB]) for m in (1, 2, 3)]
    files = {}
    for pull in pulls:
        head = sha(str(pull.number))
        graded = result(head, 0.5, minutes=10, submitted_at=None)
        text = f'{{"schema":"grader/graded/v1","pull_request":{pull.number},"head":"{head}",'
        files[f"{pull.number}.json"] = f'{text}"result":{graded.to_json()}}}'
    path = ".github/workflows/regrade.yml"
    run = Run("c" * 40, hub.repository.name, NOW, path, "workflow_dispatch", "main")
    hub.repository.add_run(run)
    hub.repository.add_artifact(run, "regraded-1", files)
    hub.faults.append(Fault("POST", f"/issues/{pulls[2].number}/comments", 422, times=1))
    assert [one.outcome for one in work()] == ["published", "published", "failed"]
    writes = hub.requests("POST")
    work()
    assert hub.requests("POST") == writes + 2
    assert [signed(hub, pull).number for pull in pulls] == [1, 1, 1]

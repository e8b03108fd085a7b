"""Which commits staff's repository has to grade: those about which nothing was said yet."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from grader.course.assignment import Assignment
from grader.course.policy import LateRule, Policy
from grader.github.client import Connection
from grader.github.event import Graded
from grader.github.publish import Published, Publisher
from grader.github.pulls import open_pulls, ungraded
from grader.github.queue import MANY, publish_all
from tests.github.course import NOW, assignments, result, roster, sha
from tests.github.double import Double
from tests.github.state import BOT, Run, Thread
from tests.integration.github.publishing import KEY, STUB, began, push, signed

Reach = Callable[..., Connection]


def listed(reach: Reach, **more: Any) -> list[tuple[int, str]]:
    """What `ci plan --new` lists: numbers and commits."""
    connection = reach()
    work = ungraded(connection, open_pulls(connection), roster(), BOT, **more)
    return [(pull.number, pull.head.sha) for pull in work.pull_requests]


def publish(
    reach: Reach, pull: Thread, *texts: str, of: Sequence[Assignment] = (), people: Any = None
) -> list[Published]:
    """Publish results of commits of a pull request; a commit called worse earns a quarter."""
    publisher = Publisher(reach(), of or assignments(), people or roster(), KEY, BOT)
    graded = [
        Graded(pull_request=pull.number, head=sha(text),
               result=result(sha(text), 0.25 if text == "worse" else 1.0))
        for text in texts
    ]  # fmt: skip
    return list(publish_all(publisher, graded, lambda: NOW + timedelta(days=90)))


def test_a_push_on_time_that_a_late_one_follows(hub: Double, reach: Reach) -> None:
    """Both are recorded, each with its own time, and the one that was on time counts."""
    pull = hub.repository.add_pull("g1m1", sha("good"), [STUB])
    came = [began(hub, pull, 1)]
    push(hub, pull, "worse")
    came.append(began(hub, pull, 3))
    began(hub, pull, 0, head_sha=sha("foreign"), head_repo="g1m2/lab5")
    began(hub, pull, 0, head_sha=sha("branch"), head_branch="other")
    assert listed(reach) == [(1, sha("good")), (1, sha("worse"))]

    due = NOW + timedelta(days=2)
    those = [one.model_copy(update={"due": due}) for one in assignments()]
    rules = {"softmax": LateRule(cutoff=timedelta())}
    strict = roster().model_copy(update={"policy": Policy(attempt="latest", late=rules)})
    told = publish(reach, pull, "worse", "good", of=those, people=strict)
    assert [one.outcome for one in told] == ["published"] * 2
    attempts = [one.result for one in signed(hub, pull).attempts]
    assert [(one.commit, one.submitted_at) for one in attempts] == [
        (sha("worse"), came[1]), (sha("good"), came[0])
    ]  # fmt: skip
    [comment] = hub.repository.on(pull.number)
    full = those[0].points
    assert f"### {full:g} of 100 points count now" in comment.body
    assert f"This push: **{full / 4:g} of 100 points**" in comment.body
    assert listed(reach) == []


def test_a_commit_before_one_that_was_graded_and_pushed_again(hub: Double, reach: Reach) -> None:
    """Who goes back to a commit that has a result loses nothing of what was pushed between."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    began(hub, pull, 1)
    assert [one.outcome for one in publish(reach, pull, "a")] == ["published"]
    push(hub, pull, "b")
    began(hub, pull, 2)
    push(hub, pull, "a")
    began(hub, pull, 3)
    assert listed(reach) == [(1, sha("b"))]
    publish(reach, pull, "b")
    assert [one.result.commit for one in signed(hub, pull).attempts] == [sha("b"), sha("a")]
    assert listed(reach) == []


def test_commits_of_other_deleted_forks(hub: Double, reach: Reach) -> None:
    """Forks that were deleted have no name to tell them apart, so their runs are nobody's."""
    mine = hub.repository.add_pull("g1m1", sha("mine"), [STUB])
    hub.repository.add_pull("g1m2", sha("theirs"), [STUB])
    assert mine.pull is not None
    mine.pull.head_repo = None
    hub.repository.add_run(Run(sha("theirs"), None, NOW))
    hub.repository.set_changes(sha("theirs"), [STUB])
    assert listed(reach) == [(1, sha("mine")), (2, sha("theirs"))]
    # So many that pull requests are listed: a single one of a deleted fork the double cannot show.
    refused = publish(reach, mine, *["theirs"] * MANY)
    assert {one.sentence for one in refused} == {
        f"#1: GitHub knows no push of commit {sha('theirs')[:7]} to it"
    }
    assert not hub.repository.comments


def test_all_again_is_all_that_is_new_too(hub: Double, reach: Reach) -> None:
    """A run that grades everything again leaves no push out that none has graded yet."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    began(hub, pull, 1)
    push(hub, pull, "b")
    began(hub, pull, 2)
    other = hub.repository.add_pull("g1m2", sha("c"), [STUB])
    began(hub, other, 3)
    publish(reach, other, "c")
    hub.repository.add_pull("stranger", sha("d"), [STUB])
    everything = [(1, sha("a")), (1, sha("b")), (2, sha("c")), (3, sha("d"))]
    assert listed(reach, again=True) == everything


def test_requests_of_a_list(hub: Double, reach: Reach) -> None:
    """Each hundred of runs costs one, however many pull requests they are for."""
    people = roster(groups=20, size=3)
    for group in people.groups:
        for member in group.members:
            pull = hub.repository.add_pull(member.github or "", sha(member.name), [STUB])
            began(hub, pull, 1, head_sha=sha(f"before {member.name}"))
            began(hub, pull, 2)
    connection = reach()
    hub.log.clear()
    work = ungraded(connection, open_pulls(connection), people, BOT)
    assert len(work.pull_requests) == 120
    # Pull requests, comments, two pages of runs.
    assert len(hub.log) == 4

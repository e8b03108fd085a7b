"""Publishing a result on a pull request: one comment, one check run, whatever goes wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from grader.github.client import Connection
from grader.github.markdown import BUDGET
from grader.github.seal import MARK, unseal
from grader.result import Feedback, Verdict
from tests.github.course import NOW, assignments, result, roster, sha
from tests.github.double import Double
from tests.github.state import BOT, Fault, Thread
from tests.integration.github.publishing import (
    KEY,
    STUB,
    Publish,
    began,
    push,
    regrade,
    signed,
)


def test_first_result(hub: Double, publish: Publish) -> None:
    """A result becomes one signed comment and one check run, with GitHub's member and time."""
    pull = hub.repository.add_pull("g1m2", sha("a"), [STUB])
    assert publish(pull, 0.5).outcome == "published"
    sealed = signed(hub, pull)
    assert (sealed.pull_request, sealed.member, sealed.head) == (pull.number, "g1m2", sha("a"))
    assert sealed.attempts[0].result.submitted_at == NOW - timedelta(minutes=7)
    [run] = hub.repository.check_runs.values()
    assert (run["head_sha"], run["conclusion"]) == (sha("a"), "neutral")


def test_later_results_update(hub: Double, publish: Publish) -> None:
    """Later attempts change the one comment, which lists them all, newest first."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull, 0.25)
    push(hub, pull, "b")
    publish(pull, 1.0, minutes=60)
    push(hub, pull, "c")
    publish(pull, 0.5, minutes=120)
    sealed = signed(hub, pull)
    assert [line.commit for line in sealed.history] == [sha("c"), sha("b"), sha("a")]
    shares = [attempt.result.assignments[0].score for attempt in sealed.attempts]
    full = assignments()[0].points
    assert shares == [0.5 * full, full, 0.25 * full]
    assert "| 3 | " in hub.repository.on(pull.number)[0].body


def test_same_result_twice(hub: Double, publish: Publish) -> None:
    """Publishing the same run again changes nothing and writes nothing."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    writes = hub.requests("POST") + hub.requests("PATCH")
    publish(pull, minutes=0)
    assert hub.requests("POST") + hub.requests("PATCH") == writes


@pytest.mark.parametrize(
    "foreign",
    [
        ".github/workflows/grade.yml",
        "grader/hidden/softmax/test_softmax.py",
        "assignments/softmax/assignment.yaml",
        "assignments/softmax/other.py",
        "groups.yaml",
    ],
)
def test_other_files(hub: Double, publish: Publish, foreign: str) -> None:
    """A pull request that changes anything else records nothing, and is told which file."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB, foreign])
    assert publish(pull).outcome == "not counted"
    [comment] = hub.repository.on(pull.number)
    assert unseal(comment.body, KEY.verify_key) is None
    assert foreign.rsplit("/")[-1].split(".")[0].replace("_", "\\_") in comment.body


def test_renamed_away(hub: Double, publish: Publish) -> None:
    """Moving a file of ours onto a student's file counts as changing ours."""
    pull = hub.repository.add_pull("g1m1", sha("a"))
    hub.repository.changes[sha("a")] = [
        {"filename": STUB, "previous_filename": "groups.yaml", "status": "renamed"}
    ]
    assert publish(pull).outcome == "not counted"


def test_too_many_files(hub: Double, publish: Publish) -> None:
    """Where GitHub cannot list every changed file, the result does not count."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB] * 300)
    assert publish(pull).outcome == "not counted"
    assert "300 files or more" in hub.repository.on(pull.number)[0].body


def test_earlier_results_stay(hub: Double, publish: Publish) -> None:
    """A pull request that stops counting keeps what was signed before."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    push(hub, pull, "b", [STUB, "groups.yaml"])
    publish(pull, minutes=60)
    assert signed(hub, pull).head == sha("a")


def test_stranger(hub: Double, publish: Publish) -> None:
    """An author who is in no group reads what to do, and nothing is recorded."""
    pull = hub.repository.add_pull("stranger", sha("a"), [STUB])
    assert publish(pull).outcome == "unknown"
    [comment] = hub.repository.on(pull.number)
    assert "groups.yaml" in comment.body
    assert unseal(comment.body, KEY.verify_key) is None


def test_a_name_is_no_login(hub: Double, reach: Callable[..., Connection]) -> None:
    """Whoever takes a member's name as login is not that member."""
    group = roster().groups[0]
    nameless = group.members[0].model_copy(update={"name": "minjun", "github": None})
    people = roster().model_copy(
        update={"groups": (group.model_copy(update={"members": (nameless,)}),)}
    )
    pull = hub.repository.add_pull("MinJun", sha("a"), [STUB])
    assert regrade(hub, reach, pull, people=people).outcome == "unknown"
    assert unseal(hub.repository.on(pull.number)[0].body, KEY.verify_key) is None


def test_number_in_the_artifact_is_not_believed(hub: Double, publish: Publish) -> None:
    """A result that names another's pull request is published on its own."""
    victim = hub.repository.add_pull("g1m2", sha("v"), [STUB])
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull, number=victim.number)
    assert hub.repository.on(victim.number) == []
    assert signed(hub, pull).member == "g1m1"


def test_member_in_the_artifact_is_not_believed(hub: Double, publish: Publish) -> None:
    """A result that names another member is recorded for the author."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull, member="g2m2")
    assert {a.result.member for a in signed(hub, pull).attempts} == {"g1m1"}


@pytest.mark.parametrize(
    "forged",
    [
        result(sha("b")),
        result(sha("a"), graded_at=NOW + timedelta(days=1)),
        result(sha("a"), of=[a.model_copy(update={"id": "invented"}) for a in assignments()[:1]]),
    ],
    ids=["other commit", "future", "unknown assignment"],
)
def test_impossible_results(hub: Double, publish: Publish, forged: Any) -> None:
    """A result that cannot be one of these assignments and this commit is not published."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    found = publish(pull, result=forged)
    assert (found.outcome, found.fault) == ("refused", True)
    assert "not valid" in found.sentence
    assert hub.repository.comments == {}


def test_inflated_points(hub: Double, publish: Publish) -> None:
    """A result with more points than the assignment is worth is not published."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    tall = [
        a.model_copy(update={"tasks": (*a.tasks, a.tasks[0].model_copy(update={"points": 1000.0}))})
        for a in assignments()
    ]
    assert "is worth" in publish(pull, result=result(sha("a"), of=tall)).sentence


def test_internal_error(hub: Double, publish: Publish) -> None:
    """Our own failure is an error for staff and a neutral sentence for the student."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    found = publish(pull, 0.0, verdict=Verdict.INTERNAL_ERROR)
    assert (found.outcome, found.fault) == ("not graded", True)
    [comment] = hub.repository.on(pull.number)
    assert "The grader failed, not your code" in comment.body
    assert unseal(comment.body, KEY.verify_key) is None


def test_students_marker_is_no_slot(hub: Double, publish: Publish) -> None:
    """A student's comment with the grader's marker is neither used nor changed."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    fake = hub.repository.add_comment(pull.number, "g1m1", f"{MARK} - -->\nmine")
    publish(pull)
    assert fake.body.endswith("mine")
    assert signed(hub, pull).member == "g1m1"


def test_edited_comment(hub: Double, publish: Publish) -> None:
    """A comment whose hidden line someone changed is made whole by the next result."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull, 0.5)
    first = signed(hub, pull).sequence
    comment = hub.repository.on(pull.number)[0]
    hub.repository.edit_comment(comment, comment.body.replace("0 of", "99 of")[:40])
    hub.repository.edit_comment(comment, f"{MARK} AAAA.BBBB -->\n999 points")
    push(hub, pull, "b")
    publish(pull, 1.0, minutes=60)
    assert signed(hub, pull).sequence > first


def test_surplus_comments(hub: Double, publish: Publish) -> None:
    """Of two comments of the grader's, which an accident may leave, one remains."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    body = hub.repository.on(pull.number)[0].body
    hub.repository.add_comment(pull.number, BOT, body)
    push(hub, pull, "b")
    publish(pull, minutes=60)
    assert signed(hub, pull).head == sha("b")


@pytest.mark.parametrize("lag", [0, 2])
@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("status", [0, 500, 502, 503])
def test_answers_lost(
    hub: Double, publish: Publish, status: int, committed: bool, lag: int
) -> None:
    """Whether an answer is lost before or after the deed, there is one comment, one check run."""
    hub.repository.lag = lag
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    hub.faults += [
        Fault("POST", "/comments$", status, committed=committed),
        Fault("POST", "/check-runs$", status, committed=committed),
    ]
    publish(pull)
    assert signed(hub, pull).head == sha("a")
    assert len(hub.repository.check_runs) == 1


def test_failed_edits_are_repeated(hub: Double, publish: Publish) -> None:
    """An edit that fails is sent again, which PyGithub by itself never does."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    push(hub, pull, "b")
    hub.faults += [Fault("PATCH", "/comments/", 502, times=2), Fault("GET", "/pulls", 503, times=2)]
    publish(pull, minutes=60)
    assert signed(hub, pull).head == sha("b")


def test_untrusted_text(hub: Double, publish: Publish) -> None:
    """What student code can bring into a comment mentions nobody, links nowhere, closes nothing."""
    evil = "--> @prof #1 </details> `x` | a ![x](http://e.vil/) <img src=x>\n::error::no\n# big"
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    feedback = Feedback(asked=evil, got=evil, diagnosis=evil, hint=evil)
    publish(pull, 0.5, feedback=feedback, notices=(evil,))
    body = hub.repository.on(pull.number)[0].body
    visible = body.split("\n", 1)[1]
    for bad in ("-->", "@prof", "#1 ", "<img", "http://", "![x]", "\n::error", "\n# big"):
        assert bad not in visible
    assert visible.count("<details>") == visible.count("</details>")


def test_budget(hub: Double, publish: Publish) -> None:
    """However much feedback there is, the comment keeps the budget and carries the result."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    long = Feedback(asked="x" * 9000, got="".join(map(chr, range(0x4E00, 0x9000))), hint="y" * 9000)
    outcome = publish(pull, 0.5, feedback=long, notices=("n" * 500,) * 300)
    assert outcome.outcome == "published"
    body = hub.repository.on(pull.number)[0].body
    assert len(body) <= BUDGET
    assert signed(hub, pull).head == sha("a")
    assert "did not fit" in body


def test_fork_with_the_same_branch(hub: Double, publish: Publish) -> None:
    """Of two pull requests with the same branch name, the one of the run's fork is taken."""
    other = hub.repository.add_pull("g1m2", sha("a"), [STUB])
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    assert hub.repository.on(other.number) == []
    assert signed(hub, pull).member == "g1m1"


def submitted(hub: Double, pull: Thread) -> datetime | None:
    """The time of submission of the newest attempt that was signed."""
    return signed(hub, pull).attempts[0].result.submitted_at


def test_a_comment_is_no_submission(hub: Double, reach: Callable[..., Connection]) -> None:
    """A commit that was never recorded is as late as its first run, however late one comments."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    at = began(hub, pull, -3)
    began(hub, pull, -1)
    pull.updated = NOW + timedelta(days=7)
    regrade(hub, reach, pull)
    assert submitted(hub, pull) == at


def test_only_runs_that_the_push_began(hub: Double, reach: Callable[..., Connection]) -> None:
    """Runs of another commit, fork, workflow or event say nothing; without any nobody knows."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    for more in (
        {"head_sha": sha("b")},
        {"head_repo": "g1m2/lab5"},
        {"head_repo": None},
        {"path": ".github/workflows/ci.yml"},
        {"event": "push"},
    ):
        began(hub, pull, -3, **more)
    assert regrade(hub, reach, pull).outcome == "published"
    assert submitted(hub, pull) is None


def test_reopening_is_no_submission(hub: Double, publish: Publish) -> None:
    """A job run again, a reopened pull request, an older commit pushed again: the first counts."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    first = began(hub, pull, 0)
    publish(pull, run_at=first)
    push(hub, pull, "b")
    publish(pull, minutes=60, run_at=NOW + timedelta(days=1))
    push(hub, pull, "a")
    publish(pull, minutes=120, run_at=NOW + timedelta(days=2))
    assert submitted(hub, pull) == first
    assert [a.result.commit for a in signed(hub, pull).attempts] == [sha("a"), sha("b"), sha("a")]


def test_a_run_that_was_never_published(hub: Double, publish: Publish) -> None:
    """When only the second run of a commit gets through, the first has still been the push."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    first = began(hub, pull, -2)
    publish(pull, run_at=began(hub, pull, 3))
    assert submitted(hub, pull) == first


@pytest.mark.parametrize("heads", [("a", "a"), ("a", "b")])
def test_two_pull_requests_with_equal_files(
    hub: Double, publish: Publish, reach: Callable[..., Connection], heads: tuple[str, str]
) -> None:
    """Both of a member's pull requests with the same files get their comment, also in a regrade."""
    pulls = [hub.repository.add_pull("g1m1", sha(head), [STUB]) for head in heads]
    for number, pull in enumerate(pulls):
        assert pull.pull is not None
        pull.pull.head_ref = f"work{number}"
        began(hub, pull, number)
    same = result(sha("a"), digest="sha256:" + "1" * 64)
    for number, (pull, head) in enumerate(zip(pulls, heads, strict=True)):
        mine = same.model_copy(update={"commit": sha(head)})
        assert (
            publish(pull, result=mine, run_at=NOW + timedelta(days=number)).outcome == "published"
        )
    for pull, head in zip(pulls, heads, strict=True):
        assert regrade(hub, reach, pull).outcome == "published"
        assert [a.result.commit for a in signed(hub, pull).attempts] == [sha(head)] * 2
    days = [0, 0] if heads[0] == heads[1] else [0, 1]
    assert [submitted(hub, pull) for pull in pulls] == [NOW + timedelta(days=n) for n in days]


def test_comments_of_deleted_accounts(hub: Double, publish: Publish) -> None:
    """A comment whose author is gone hinders no result, and is not the grader's."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    gone = hub.repository.add_comment(pull.number, None, f"{MARK} - -->\nhello")
    publish(pull)
    assert gone.body.endswith("hello")
    assert signed(hub, pull).head == sha("a")


def test_a_check_run_without_app(hub: Double, publish: Publish) -> None:
    """A check run whose app is gone is passed over, and ours is made beside it."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    publish(pull)
    [run] = hub.repository.check_runs.values()
    run["app"] = None
    push(hub, pull, "a")
    publish(pull, 0.5, minutes=60)
    assert len(hub.repository.check_runs) == 2


def test_an_author_who_is_gone(hub: Double, publish: Publish) -> None:
    """A pull request whose author was deleted is nobody's, and says so."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    pull.user = None
    assert publish(pull).outcome == "unknown"
    assert "does not exist any more" in hub.repository.on(pull.number)[0].body


def test_a_fork_that_is_gone(hub: Double, publish: Publish) -> None:
    """A result is published although the fork was deleted since, as late as its own first run."""
    other = hub.repository.add_pull("g1m2", sha("a"), [STUB])
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    assert pull.pull is not None
    pull.pull.head_repo = None
    began(hub, other, -5)
    first = began(hub, pull, -2)
    assert publish(pull).outcome == "published"
    assert submitted(hub, pull) == first
    assert hub.repository.on(other.number) == []


def test_files_that_are_not_listed(hub: Double, publish: Publish) -> None:
    """Where GitHub does not say which files were changed, the result does not count."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    del hub.repository.changes[sha("a")]
    hub.repository.unlisted.add(sha("a"))
    assert publish(pull).outcome == "not counted"
    assert "GitHub does not say what was changed" in hub.repository.on(pull.number)[0].body


def test_a_renamed_login_keeps_its_history(hub: Double, reach: Callable[..., Connection]) -> None:
    """After a new login is in the roster, the attempts under the old one stay in the comment."""
    pull = hub.repository.add_pull("g1m1", sha("a"), [STUB])
    regrade(hub, reach, pull)
    pull.user = "renamed"
    [group, *others] = roster().groups
    [first, *rest] = group.members
    member = first.model_copy(update={"github": "renamed", "formerly": ("g1m1",)})
    groups = (group.model_copy(update={"members": (member, *rest)}), *others)
    people = roster().model_copy(update={"groups": groups})
    regrade(hub, reach, pull, minutes=20_000, people=people)
    sealed = signed(hub, pull)
    assert (sealed.member, len(sealed.history)) == ("renamed", 2)

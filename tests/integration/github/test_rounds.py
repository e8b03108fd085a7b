"""Three rounds of publishing, collecting and posting while everything goes wrong that can."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from grader.course.assignment import Assignment
from grader.github.client import Connection
from grader.github.collect import Bookmark, collect
from grader.github.issues import post_report
from grader.github.publish import Publisher
from grader.github.queue import work_off
from grader.github.seal import MARK, signing_key
from grader.gradebook import Gradebook
from grader.report import build_report
from tests.github.course import NOW, PRIVATE, assignments, roster, sha
from tests.github.double import Double
from tests.github.state import BOT, Fault
from tests.integration.github.publishing import hand_over

KEY = signing_key(PRIVATE, roster())
STUB = "assignments/softmax/softmax.py"
LIMIT = {"message": "You have exceeded a secondary rate limit. Please wait"}


def disturb(hub: Double) -> None:
    """Failures before and after the deed, lost answers, limits, for each kind of request."""
    hub.faults[:] = [
        Fault("POST", "/comments$", 502, committed=True),
        Fault("POST", "/comments$", 0, committed=True),
        Fault("POST", "/comments$", 500),
        Fault("PATCH", "/comments/", 502, committed=True),
        Fault("PATCH", "/comments/", 0),
        Fault("POST", "/check-runs$", 503, committed=True),
        Fault("POST", "/issues$", 502, committed=True),
        Fault("POST", "/issues$", 403, headers={"Retry-After": "0"}, body=LIMIT),
        Fault("POST", "/labels$", 502, committed=True),
        Fault("PATCH", "/issues/", 403, headers={"Retry-After": "0"}, body=LIMIT),
        Fault("PATCH", "/issues/", 0, committed=True),
        Fault("GET", "/issues", 503, times=2),
        Fault("GET", "/pulls", 429, headers={"Retry-After": "0"}, times=2),
    ]


def settle(hub: Double) -> None:
    """Let everything written become visible, as some seconds do."""
    for item in (*hub.repository.threads.values(), *hub.repository.comments.values()):
        item.hidden_for = 0


def test_three_rounds(hub: Double, reach: Callable[..., Connection], tmp_path: Path) -> None:
    """After every round: one comment per pull request, one issue per group, nothing forged."""
    hub.repository.lag = 1
    people = roster(groups=2, size=3)
    logins = [member.github or "" for group in people.groups for member in group.members]
    pulls = [hub.repository.add_pull(login, sha(login), [STUB]) for login in logins]
    works: tuple[Assignment, ...] = assignments()
    publisher = Publisher(reach(), works, people, KEY, BOT)
    full = works[0].points
    for turn in (1, 2, 3):
        now = NOW + timedelta(hours=turn)
        disturb(hub)
        for pull, login in zip(pulls, logins, strict=True):
            assert pull.pull is not None
            head = pull.pull.head_sha = sha(f"{login}{turn}")
            hub.repository.set_changes(head, [STUB])
            hand_over(hub, pull, turn / 4, minutes=60 * turn)
        for _ in range(3):  # as the schedule does
            if not any(one.outcome == "failed" for one in work_off(publisher, lambda at=now: at)):
                break
        genuine = next(c for c in hub.repository.comments.values() if c.user == BOT)
        forged = hub.repository.add_comment(pulls[0].number, "g1m1", genuine.body)
        copied = hub.repository.add_comment(pulls[1].number, BOT, genuine.body)
        settle(hub)
        with (
            Gradebook(tmp_path / "book.sqlite") as book,
            Bookmark(tmp_path / "mark", hub.repository.id) as mark,
        ):
            done = collect(reach("owner-token"), book, mark, KEY.verify_key, bot=BOT)
            found = build_report(people, book.entries(), works, now=now)
        assert len(done.rejected) == 2
        assert found.unknown_members == ()
        for comment in (forged, copied):
            del hub.repository.comments[comment.id]
        posted = post_report(reach(), found.public, authors=[BOT])
        assert len(posted.created + posted.updated) == 2
        assert [group.score for group in found.report.groups] == [turn / 4 * full] * 2
        for pull in pulls:
            mine = [c for c in hub.repository.on(pull.number) if c.body.startswith(MARK)]
            assert len(mine) == 1
        issues = [t for t in hub.repository.threads.values() if t.pull is None]
        assert len(issues) == 2
        settle(hub)
    assert {run["head_sha"] for run in hub.repository.check_runs.values()} == {
        sha(f"{login}{turn}") for login in logins for turn in (1, 2, 3)
    }

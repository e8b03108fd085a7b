"""The groups' issues: made once, updated in place, resumed, and never one too many."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from grader.course.roster import Group, Member, Roster
from grader.errors import ConfigurationError, GraderError
from grader.github.client import Connection, Pace
from grader.github.issue_text import block, merged, title
from grader.github.issues import LABEL, Posted, post_report
from grader.report.model import PublicAssignment, PublicGroup, PublicReport, ReportPolicy
from tests.github.course import FAST, NOW
from tests.github.double import Double
from tests.github.state import BOT, Fault, Thread


def report(groups: int = 3, score: float = 10.0) -> PublicReport:
    """A report on groups A, B, …."""
    return PublicReport(
        course="Course",
        aggregate="median",
        generated_at=NOW,
        policy=ReportPolicy(attempt="best", missing="zero"),
        groups=tuple(
            PublicGroup(
                group=chr(ord("A") + i) if i < 26 else f"Z{i}",
                counted=3,
                score=score,
                points=20,
                progress=score / 20,
                rank=1,
                assignments=(
                    PublicAssignment(id="softmax", score=score, points=20),
                    PublicAssignment(id="iris", score=0, points=0),
                ),
            )
            for i in range(groups)
        ),
    )


@pytest.fixture
def post(reach: Callable[..., Connection]) -> Callable[..., Posted]:
    """A function that posts a report."""

    def now_post(
        what: PublicReport, token: str = "bot-token", pace: Pace = FAST, **more: Any
    ) -> Posted:
        authors = more.pop("authors", [BOT])
        return post_report(reach(token, pace=pace), what, authors=authors, **more)

    return now_post


def issues(hub: Double) -> list[Thread]:
    """The issues with the label, without pull requests."""
    threads = hub.repository.threads.values()
    return [t for t in threads if t.pull is None and t.title.startswith("Group")]


def test_created_then_unchanged_then_updated(hub: Double, post: Any) -> None:
    """One issue per group; the same report writes nothing; another changes the same issues."""
    hub.repository.add_pull("g1m1", "a" * 40)
    assert post(report()).created == ["A", "B", "C"]
    assert LABEL in hub.repository.labels
    writes = hub.requests("POST") + hub.requests("PATCH")
    assert post(report()).unchanged == ["A", "B", "C"]
    assert hub.requests("POST") + hub.requests("PATCH") == writes
    assert post(report(score=15)).updated == ["A", "B", "C"]
    assert [i.title for i in issues(hub)] == [title(name) for name in "ABC"]
    assert all("**75%**" in issue.body for issue in issues(hub))


def test_dry_run(hub: Double, post: Any) -> None:
    """A dry run writes nothing and shows what would change."""
    post(report(2))
    writes = hub.requests("POST") + hub.requests("PATCH")
    done = post(report(3, score=15), dry_run=True)
    assert hub.requests("POST") + hub.requests("PATCH") == writes
    assert (done.updated, done.created) == (["A", "B"], ["C"])
    assert "-**50%**" in done.differences[0]
    assert "+**75%**" in done.differences[0]


@pytest.mark.parametrize("lag", [0, 2])
@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("status", [0, 502])
def test_answers_lost(hub: Double, post: Any, status: int, committed: bool, lag: int) -> None:
    """Lost answers, before or after the deed, leave one issue per group."""
    hub.repository.lag = lag
    hub.faults += [
        Fault("POST", "/labels$", status, committed=committed),
        Fault("POST", "/issues$", status, committed=committed),
        Fault("PATCH", "/issues/", 502, times=2),
        Fault("GET", "/issues$", 503, times=2),
    ]
    post(report())
    for thread in hub.repository.threads.values():
        thread.hidden_for = 0
    post(report(score=12))
    assert sorted(i.title for i in issues(hub)) == [title(name) for name in "ABC"]


def test_resumed(hub: Double, post: Any) -> None:
    """A run that was cut off is finished by the next, without a second issue for anyone."""
    hub.faults.append(Fault("POST", "/issues$", 500, times=0))
    failing = hub.faults[0]
    post(report(2))
    failing.times = 10
    with pytest.raises(GraderError, match=r"refused|did not answer"):
        post(report(4))
    failing.times = 0
    post(report(4))
    assert len(issues(hub)) == 4


def test_rate_limited_post(hub: Double, post: Any) -> None:
    """A POST that GitHub refused because of a limit is sent again after the wait."""
    limit = {"message": "You have exceeded a secondary rate limit"}
    hub.faults += [
        Fault("POST", "/issues$", 403, headers={"Retry-After": "1"}, body=limit),
        Fault("POST", "/issues$", 429, body=limit),
    ]
    post(report(2))
    assert len(issues(hub)) == 2
    times = [at for method, path, _, at in hub.log if (method, path[-7:]) == ("POST", "/issues")]
    assert times[1] - times[0] >= 1.0


def test_long_limit(hub: Double, post: Any) -> None:
    """A wait longer than one is ready for ends the run with a sentence, not with hours of sleep."""
    limit = {"message": "You have exceeded a secondary rate limit"}
    hub.faults += [Fault("GET", "/issues$", 403, headers={"Retry-After": "9000"}, body=limit)]
    with pytest.raises(GraderError, match="rate limit is used up"):
        post(report(2))


def test_pace(hub: Double, post: Any) -> None:
    """New issues keep the distance that GitHub wants."""
    post(report(3), pace=Pace(requests=0, writes=0, issues=0.3, looks=()))
    times = [at for method, path, _, at in hub.log if (method, path[-7:]) == ("POST", "/issues")]
    assert min(b - a for a, b in pairwise(times)) >= 0.29


def test_hand_edited(hub: Double, post: Any) -> None:
    """What people write beside the grader's part stays; its own part is restored."""
    post(report(1))
    [issue] = issues(hub)
    issue.body = "Before.\r\n\r\n" + issue.body.replace("**50%**", "**99%**") + "\r\n\r\nAfter."
    issue.title = "renamed"
    post(report(1, score=15))
    [issue] = [t for t in hub.repository.threads.values() if t.pull is None]
    assert issue.title == title("A")
    assert issue.body.startswith("Before.")
    assert issue.body.endswith("After.")
    assert "75%" in issue.body
    assert "99%" not in issue.body


@pytest.mark.parametrize("damage", ["marker", "label", "end"])
def test_damaged(hub: Double, post: Any, damage: str) -> None:
    """Without its hidden line, its end or its label an issue is found again, not made anew."""
    post(report(2))
    issue = issues(hub)[0]
    if damage == "marker":
        issue.body = "someone emptied it"
    elif damage == "end":
        issue.body = issue.body.replace("<!-- grader:end -->", "kept?")
    else:
        issue.labels = []
    post(report(2, score=15))
    assert len(issues(hub)) == 2
    assert "75%" in issue.body
    if damage != "label":
        assert {"marker": "someone emptied it", "end": "kept?"}[damage] in issue.body


def test_closed(hub: Double, post: Any) -> None:
    """A closed issue is updated, stays closed, and staff read so."""
    post(report(1))
    issues(hub)[0].state = "closed"
    done = post(report(1, score=15))
    assert done.updated == ["A"]
    assert "closed" in done.notices[0]
    assert [i.state for i in issues(hub)] == ["closed"]


def test_unknown_author(hub: Double, post: Any) -> None:
    """An author whom GitHub has never seen, as before the first workflow run, is no obstacle."""
    hub.faults.append(Fault("GET", "/issues$", 200, body=[], times=1))
    hub.faults.append(Fault("GET", "/issues$", 422, body={"message": "Validation Failed"}))
    assert post(report(1)).created == ["A"]


def test_others_issues_are_left_alone(hub: Double, post: Any) -> None:
    """An issue of a student with the hidden line and the title is not the grader's."""
    body = block(report(1), report(1).groups[0])
    fake = hub.repository.add_thread(
        "g1m1", title("A"), body.replace("50%", "100%"), labels=[LABEL]
    )
    post(report(1))
    assert "100%" in fake.body
    assert len(issues(hub)) == 2


def test_a_pull_request_is_no_issue(hub: Double, post: Any) -> None:
    """A pull request of staff's with a group's title is not taken for the issue."""
    pull = hub.repository.add_pull("prof", "a" * 40)
    pull.title, pull.body, pull.labels = title("A"), "mine", [LABEL]
    assert post(report(1), authors=[BOT, "prof"]).created == ["A"]
    assert pull.body == "mine"


def test_the_owner_posts_what_the_workflow_made(hub: Double, post: Any) -> None:
    """An owner who posts from their own machine updates the workflow's issues."""
    post(report(2))
    post(report(2, score=15), token="owner-token", authors=[BOT, "prof"])
    assert len(issues(hub)) == 2


def test_surplus_issue(hub: Double, post: Any) -> None:
    """Of two issues for one group the older is kept up to date, and staff read of the other."""
    post(report(1))
    hub.repository.add_thread(BOT, title("A"), issues(hub)[0].body, labels=[LABEL])
    done = post(report(1, score=15))
    assert "close #2" in done.notices[0]
    assert ["75%" in issue.body for issue in issues(hub)] == [True, False]


def test_oversize_edit(hub: Double, post: Any) -> None:
    """An edit that GitHub answers with success and does not carry out is an error."""
    post(report(1))
    hub.repository.drops_oversize_edits = True
    issues(hub)[0].body += "\n\n" + "x" * 65_400
    with pytest.raises(GraderError, match="kept the old text"):
        post(report(1, score=15.25))


def test_issues_switched_off(hub: Double, post: Any) -> None:
    """A repository without issues gives one sentence that says what to switch on."""
    hub.repository.issues_enabled = False
    with pytest.raises(ConfigurationError, match="Switch issues on"):
        post(report(1))


def test_no_rights(hub: Double, post: Any) -> None:
    """A token that may not write gives one sentence, and nothing is made."""
    hub.repository.add_user("read-token", BOT, app=True, write=False)
    with pytest.raises(ConfigurationError, match="may not post the groups' issues"):
        post(report(1), token="read-token")
    assert issues(hub) == []


def test_a_group_whose_figures_are_withheld_shows_none() -> None:
    """The issue of a group too small for figures has its name, the rule, and no number."""
    withheld = PublicGroup(group="A", counted=2, points=20)
    small, large = (block(report(1), group) for group in (withheld, report(1).groups[0]))
    assert not any(figure in small for figure in ("10", "20", "50", "mermaid", "rank"))
    assert "10 of 20 points" in large


def test_members_are_mentioned_only_where_the_roster_says_so(hub: Double, post: Any) -> None:
    """With `mention: true` the issue calls to the group's logins; without it to nobody."""
    members = (Member(name="Ada", github="ada-l"), Member(name="Bob"))
    people = Roster(course="Course", groups=(Group(name="A", members=members),))
    post(report(1), mentioned=people.mentioned())
    assert "@" not in issues(hub)[0].body
    calling = people.model_copy(update={"mention": True})
    assert post(report(1), mentioned=calling.mentioned()).updated == ["A"]
    assert "For @ada-l." in issues(hub)[0].body
    assert "Ada" not in issues(hub)[0].body


def test_merged_twice_is_merged_once() -> None:
    """Putting the same part in again changes nothing."""
    part = block(report(1), report(1).groups[0])
    once = merged("words of people", part)
    assert merged(once, part) == once
    assert "words of people" in once


def test_an_issue_of_a_deleted_account(hub: Double, post: Callable[..., Posted]) -> None:
    """An issue whose author is gone is not taken for the grader's, and hinders no post."""
    hub.repository.labels.add(LABEL)
    alien = hub.repository.add_thread("someone", title("A"), "mine", labels=[LABEL])
    alien.user = None
    assert post(report(1)).created == ["A"]
    assert alien.body == "mine"


def test_a_renamed_group_keeps_its_issue(hub: Double, post: Callable[..., Posted]) -> None:
    """With its former name in the roster a renamed group's issue is taken over, not made anew."""
    post(report(1))
    [issue] = issues(hub)
    renamed = report(1)
    group = renamed.groups[0].model_copy(update={"group": "Owls"})
    renamed = renamed.model_copy(update={"groups": (group,)})
    assert post(renamed, formerly={"Owls": ("A",)}).updated == ["Owls"]
    assert issues(hub) == [issue]
    assert issue.title == title("Owls")
    assert post(renamed, formerly={"Owls": ("A",)}).unchanged == ["Owls"]


def test_scores_set_by_hand_are_not_undone(hub: Double, post: Callable[..., Posted]) -> None:
    """Whoever lacks scores that the issues were made with may not post; whoever has them, may."""
    first, second = NOW, NOW + timedelta(days=1)
    post(report(2), by_hand=[first])
    bodies = [issue.body for issue in issues(hub)]
    for others in ([], [second]):
        with pytest.raises(ConfigurationError, match="post from the gradebook that has them"):
            post(report(2, score=15), by_hand=others)
    assert [issue.body for issue in issues(hub)] == bodies
    assert post(report(2, score=15), by_hand=[second, first]).updated == ["A", "B"]
    with pytest.raises(ConfigurationError, match="would undo them"):
        post(report(2), by_hand=[first])
    for issue in issues(hub):
        issue.body = issue.body.replace("grader:by-hand 2026", "grader:by-hand never")
    assert post(report(2)).updated == ["A", "B"]


def test_two_reports_at_once(hub: Double, post: Callable[..., Posted]) -> None:
    """When another report makes the same issue meanwhile, the younger is closed again."""

    class Rival(Fault):
        """Another machine that posts just before."""

        def matches(self, method: str, path: str) -> bool:
            if super().matches(method, path):
                part = block(report(1), report(1).groups[0])
                hub.repository.add_thread(BOT, title("A"), part, labels=[LABEL])
            return False

    hub.faults.append(Rival("POST", "/issues$", 0))
    done = post(report(2))
    assert done.created == ["A", "B"]
    states = [(issue.title[:7], issue.state) for issue in issues(hub)]
    assert states == [("Group A", "open"), ("Group A", "closed"), ("Group B", "open")]
    assert post(report(2)).notices == []

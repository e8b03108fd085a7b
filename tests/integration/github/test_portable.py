"""What must hold on real GitHub too: the same tests run there with `--live OWNER/REPO`.

Without the option they run against the double. With it they need GITHUB_TOKEN, a scratch
repository with issues, and one open pull request in it; they leave one comment and two issues.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.errors import ConfigurationError
from grader.github.client import Connection, Pace, connect
from grader.github.collect import Bookmark, collect
from grader.github.issues import LABEL, post_report
from grader.github.pulls import Threads, open_pulls
from grader.github.seal import new_keys, signing_key
from grader.github.writing import write_comment
from grader.gradebook import Gradebook
from tests.github.course import FAST, roster, sha
from tests.github.double import Double
from tests.integration.github.test_collecting import signed_body
from tests.integration.github.test_group_issues import report

API = "https://api.github.com"


@dataclass
class Backend:
    """Where the tests of this module run."""

    token: str
    name: str
    url: str
    pace: Pace

    def connect(self) -> Connection:
        """A new connection."""
        return connect(self.token, self.name, self.url, pace=self.pace)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Backend:
    """Real GitHub with `--live`, else the double with one open pull request."""
    live = request.config.getoption("--live")
    if live:
        return Backend(os.environ.get("GITHUB_TOKEN", ""), live, API, Pace())
    hub: Double = request.getfixturevalue("hub")
    hub.repository.add_pull("g1m1", sha("a"), ["assignments/softmax/softmax.py"])
    return Backend("owner-token", hub.repository.name, hub.url, FAST)


@pytest.fixture
def connection(place: Backend) -> Iterator[Connection]:
    """A connection to it."""
    with place.connect() as connection:
        yield connection


def test_issues_in_place(connection: Connection) -> None:
    """Two groups have one issue each, with the label, however often and from wherever posted."""
    me = connection.own_login()
    post_report(connection, report(2, score=10), authors=[me])
    post_report(connection, report(2, score=12.5), authors=[me])
    again = post_report(connection, report(2, score=12.5), authors=[me])
    assert again.unchanged == ["A", "B"]
    found = [
        issue
        for issue in connection.repository.get_issues(state="all", labels=[LABEL])
        if issue.title.startswith("Group ")
    ]
    assert len(found) == 2


def test_comment_in_place_and_collected(connection: Connection, tmp_path: Path) -> None:
    """A signed comment is found by marker and author, updated in place, read and verified."""
    me = connection.own_login()
    private, public = new_keys()
    key = signing_key(private, roster(key=public))
    work = open_pulls(connection)
    number = work.pull_requests[0].number
    pull = connection.repository.get_pull(number)
    threads = Threads(connection, me, many=False)
    repository = connection.repository.id
    for sequence in (1, 2):
        body = signed_body(number, "g1m1", "a", sequence=sequence, repository=repository, key=key)
        write_comment(threads, pull, threads.own_comments(pull, anew=True), body)
    [mine] = threads.own_comments(pull, anew=True)
    assert mine.body.splitlines()[0] == body.splitlines()[0]
    with (
        Gradebook(tmp_path / "book.sqlite") as book,
        Bookmark(tmp_path / "mark", repository) as mark,
    ):
        collect(connection, book, mark, key.verify_key, bot=me)
        assert [attempt.commit for attempt in book.stream()] == [sha("a")]


def test_a_pull_request_is_found_by_its_head(connection: Connection) -> None:
    """The list of pull requests by head owner and branch holds the one with that head."""
    pull = connection.repository.get_pull(open_pulls(connection).pull_requests[0].number)
    head = f"{pull.head.user.login}:{pull.head.ref}"
    base = connection.repository.default_branch
    listed = connection.repository.get_pulls(state="open", base=base, head=head)
    assert [one.number for one in listed if one.head.sha == pull.head.sha] == [pull.number]


def test_comparison_lists_the_changed_files(connection: Connection) -> None:
    """The comparison of base and head names what a pull request changes."""
    pull = connection.repository.get_pull(open_pulls(connection).pull_requests[0].number)
    files = connection.repository.compare(pull.base.sha, pull.head.sha).files
    assert files
    assert all(file.filename for file in files)


def test_wrong_names_and_tokens(place: Backend) -> None:
    """A repository that is not there and a token that is none are one sentence each."""
    with pytest.raises(ConfigurationError, match="is the name right"):
        connect(place.token, f"{place.name}-that-is-not-there", place.url, pace=place.pace)
    with pytest.raises(ConfigurationError, match="does not accept the token"):
        connect("ghp_wrong", place.name, place.url, pace=place.pace)

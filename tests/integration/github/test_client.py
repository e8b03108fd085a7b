"""The connection: what is retried, what is not, and a sentence for every error."""

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from github import Auth, Github, GithubException

from grader.errors import ConfigurationError, GraderError
from grader.github.client import WORKFLOW_BOT, Connection, connect, explained
from tests.github.course import FAST
from tests.github.double import Double
from tests.github.state import Fault

Reach = Callable[..., Connection]


def test_pygithub_alone_makes_eleven(hub: Double) -> None:
    """The fault that this client is for: by itself PyGithub makes eleven comments of one."""
    hub.repository.add_pull("g1m1", "a" * 40)
    hub.faults.append(Fault("POST", "/comments$", 502, committed=True, times=50))
    github = Github(auth=Auth.Token("bot-token"), base_url=hub.url, seconds_between_writes=0,
                    seconds_between_requests=0)  # fmt: skip
    with pytest.raises(Exception, match="502"):
        github.get_repo("course/lab5").get_pull(1).create_issue_comment("hello")
    github.close()
    assert len(hub.repository.comments) == 11


def test_ours_makes_one(hub: Double, reach: Reach) -> None:
    """A POST whose answer is lost is not repeated by the client itself."""
    pull = hub.repository.add_pull("g1m1", "a" * 40)
    hub.faults.append(Fault("POST", "/comments$", 502, committed=True, times=50))
    connection = reach()
    with pytest.raises(GithubException):
        connection.repository.get_pull(pull.number).create_issue_comment("hello")
    assert len(hub.repository.comments) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_reads_and_edits_are_repeated(hub: Double, reach: Reach, status: int) -> None:
    """GET and PATCH are repeated after a failure of the server and after 429."""
    issue = hub.repository.add_thread(WORKFLOW_BOT, "t")
    hub.faults += [
        Fault("GET", "/issues/1$", status, times=2),
        Fault("PATCH", "/issues/1$", status),
    ]
    reach().repository.get_issue(1).edit(title="new")
    assert issue.title == "new"


def test_limit_without_a_time(hub: Double, reach: Reach) -> None:
    """After 429 without Retry-After the client waits as long as GitHub asks for, not a moment."""
    hub.repository.add_thread(WORKFLOW_BOT, "t")
    hub.faults.append(Fault("GET", "/issues/1$", 429))
    connection = reach(pace=replace(FAST, rate_wait=0.6))
    start = time.monotonic()
    connection.repository.get_issue(1)
    assert time.monotonic() - start >= 0.6


def test_plain_refusal_is_not_repeated(hub: Double, reach: Reach) -> None:
    """A 403 that is no limit comes back at once."""
    hub.repository.add_thread(WORKFLOW_BOT, "t")
    hub.faults.append(Fault("GET", "/issues/1$", 403, body={"message": "no"}, times=9))
    connection = reach()
    with pytest.raises(ConfigurationError, match="may not read"), explained("read", "x/y"):
        connection.repository.get_issue(1)
    assert hub.requests("GET", "/issues/1$") == 1


def test_who_writes(reach: Reach) -> None:
    """A workflow's token may not ask who it is, so it is the bot; an owner's may."""
    assert reach("bot-token").own_login() == WORKFLOW_BOT
    assert reach("owner-token").own_login() == "prof"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"token": None}, "no token"),
        ({"token": ""}, "no token"),
        ({"token": "wrong"}, "does not accept the token"),
        ({"name": None}, "name it as OWNER/NAME"),
        ({"name": "lab5"}, "name it as OWNER/NAME"),
        ({"name": "course/other"}, "course/other: GitHub finds nothing"),
        ({"token": "blind"}, "is the name right"),
        ({"url": "github.com"}, "not a URL"),
    ],
)
def test_bad_input(hub: Double, given: dict[str, Any], sentence: str) -> None:
    """No token or a wrong one, no name or a wrong one, nothing to see: a sentence each."""
    hub.repository.add_user("blind", "nobody", sees=False)
    values = {"token": "bot-token", "name": "course/lab5", "url": hub.url} | given
    with pytest.raises(ConfigurationError, match=sentence):
        connect(values["token"], values["name"], values["url"], pace=FAST)


def test_nobody_answers() -> None:
    """A server that does not answer gives one sentence, which says that one may run it again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(GraderError, match="did not answer"):
        connect("t", "course/lab5", url, pace=FAST)


def test_create_once_gives_up(hub: Double, reach: Reach) -> None:
    """What fails twice and is nowhere to be found is an error, not a third try."""
    hub.repository.add_pull("g1m1", "a" * 40)
    hub.faults.append(Fault("POST", "/comments$", 502, times=9))
    connection = reach()
    pull = connection.repository.get_pull(1)
    with pytest.raises(GithubException):
        connection.create_once(lambda: pull.create_issue_comment("x"), lambda: None)
    assert hub.requests("POST", "/comments$") == 2

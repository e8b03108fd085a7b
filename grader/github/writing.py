"""The two writes of a publication, each made once, also when an answer is lost."""

from collections.abc import Sequence

from github.IssueComment import IssueComment
from github.PullRequest import PullRequest

from grader.errors import GraderError
from grader.github.client import PAGE, Connection
from grader.github.pulls import Threads

CHECK_NAME = "grader"


def says(own: Sequence[IssueComment], body: str) -> bool:
    """Whether the grader's one comment says `body` already."""
    return len(own) == 1 and _lines(own[0].body) == _lines(body)


def write_comment(
    threads: Threads, pull: PullRequest, own: Sequence[IssueComment], body: str
) -> None:
    """Make the one comment on a pull request say `body`.

    Args:
        threads: where to look for a comment whose answer was lost.
        pull: the pull request.
        own: the grader's comments there; more than one only after an accident.
        body: the text.
    """

    def find() -> IssueComment | None:
        return next(iter(threads.own_comments(pull, anew=True)), None)

    if not own:
        made = threads.connection.create_once(lambda: pull.create_issue_comment(body), find)
    else:
        made = own[0]
    if _lines(made.body) != _lines(body):
        made.edit(body)
        # An oversize edit may be answered with success and the old text.
        if _lines(made.body) != _lines(body):
            raise GraderError(f"#{pull.number}: GitHub kept the old text of the comment")
    for surplus in own[1:]:
        surplus.delete()


def write_check_run(
    connection: Connection, bot: str, head: str, conclusion: str, title: str, summary: str
) -> None:
    """Make a check run on a commit; GitHub shows the newest, so nobody looks for an older one.

    `bot` is the login of the app whose token this is. Not by PyGithub's own calls, which fail where
    `check_suite` is null, as it may be.
    """
    repository = connection.repository
    body = {
        "name": CHECK_NAME,
        "head_sha": head,
        "status": "completed",
        "conclusion": conclusion,
        "output": {"title": title, "summary": summary},
    }

    def find() -> bool | None:
        _, listed = repository.requester.requestJsonAndCheck(
            "GET",
            f"{repository.url}/commits/{head}/check-runs",
            parameters={"check_name": CHECK_NAME, "per_page": PAGE},
        )
        made = any(
            f"{(run['app'] or {}).get('slug')}[bot]" == bot
            and (run["conclusion"], run["output"]["title"]) == (conclusion, title)
            for run in listed["check_runs"]
        )
        return made or None

    def create() -> bool:
        repository.requester.requestJsonAndCheck("POST", f"{repository.url}/check-runs", input=body)
        return True

    connection.create_once(create, find)


def _lines(text: str | None) -> list[str]:
    return (text or "").replace("\r\n", "\n").rstrip().split("\n")

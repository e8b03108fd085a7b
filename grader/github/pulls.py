"""The open pull requests, as a list of work for a regrade."""

from grader.github.client import Connection, explained, login_of
from grader.github.event import Account, PullRequest, Side, Worklist


def open_pulls(connection: Connection) -> Worklist:
    """All open pull requests against the default branch, oldest first."""
    repository = connection.repository
    with explained("list the pull requests", connection.name):
        found = [
            PullRequest(
                number=pull.number,
                user=Account(login=login) if (login := login_of(pull.user)) else None,
                head=Side(sha=pull.head.sha, ref=pull.head.ref),
                base=Side(sha=pull.base.sha, ref=pull.base.ref),
            )
            for pull in repository.get_pulls(
                state="open", base=repository.default_branch, sort="created", direction="asc"
            )
        ]
    return Worklist(pull_requests=tuple(found))

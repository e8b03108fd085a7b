"""The open pull requests, as a list of work for a regrade."""

from grader.github.client import Connection, explained
from grader.github.event import Account, PullRequest, Side, Worklist


def open_pulls(connection: Connection) -> Worklist:
    """All open pull requests against the default branch, oldest first."""
    repository = connection.repository
    with explained("list the pull requests", connection.name):
        found = [
            PullRequest(
                number=pull.number,
                user=Account(login=pull.user.login),
                head=Side(sha=pull.head.sha, ref=pull.head.ref),
                base=Side(sha=pull.base.sha, ref=pull.base.ref),
                updated_at=pull.updated_at or pull.created_at,
            )
            for pull in repository.get_pulls(
                state="open", base=repository.default_branch, sort="created", direction="asc"
            )
        ]
    return Worklist(pull_requests=tuple(found))

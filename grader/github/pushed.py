"""When a commit was pushed, by GitHub's own record and nobody else's word."""

from datetime import datetime

from github.PullRequest import PullRequest
from github.Repository import Repository

from grader.course.roster import normalize_key
from grader.github.client import Connection
from grader.github.event import GRADE_WORKFLOW


def first_pushed(connection: Connection, pull: PullRequest, head: str) -> datetime | None:
    """When a head of a pull request first came, or None where GitHub does not know any more.

    It is the `created_at` of the earliest run of `grade.yml` for this commit of this fork. GitHub
    sets it when a push, or the opening of the pull request, reaches it. A student cannot choose it
    as they choose a commit's dates, and it does not move as `updated_at` of a pull request does
    with every comment. Running a job again keeps it. Reopening, a second pull request, or pushing
    an older commit again make another run, and the earliest counts.

    GitHub forgets runs after some months, and a pull request with a merge conflict starts none;
    then nobody knows, and nothing is late.
    """
    runs = connection.repository.get_workflow_runs(event="pull_request", head_sha=head)
    moments = [
        run.created_at
        for run in runs
        if run.path.partition("@")[0] == GRADE_WORKFLOW
        and same_repository(run.head_repository, name_of(pull.head.repo))
    ]
    return min(moments, default=None)


def same_repository(repository: Repository | None, name: str) -> bool:
    """Whether a repository is the one of this name; a deleted fork is null and has none."""
    return normalize_key(name_of(repository)) == normalize_key(name)


def name_of(repository: Repository | None) -> str:
    """Owner and name; empty where the fork was deleted."""
    return "" if repository is None else repository.full_name

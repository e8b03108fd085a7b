"""Runs of pull requests that wait for approval: let go where only students' files change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from github.PullRequest import PullRequest
from github.WorkflowRun import WorkflowRun

from grader.amounts import counted
from grader.course.assignment import Assignment
from grader.github.client import Connection, explained, login_of
from grader.github.event import GRADE_WORKFLOW
from grader.github.foreign import foreign_files
from grader.github.pushed import same_repository
from grader.github.settings import send

WAITING = "action_required"

NAMED = 3
"""So many files are named in a sentence."""


@dataclass(frozen=True)
class Decision:
    """What became of a waiting run.

    Args:
        number: of its pull request, None where none is open.
        login: whose it is; empty where the account was deleted.
        refusal: why it was not approved, None where it was.
    """

    number: int | None
    login: str
    refusal: str | None = None


def approve(
    connection: Connection,
    assignments: Sequence[Assignment],
    *,
    dry_run: bool,
) -> Iterator[Decision]:
    """Approve the waiting runs of `grade.yml` whose commit changes only the files students edit.

    The commit of a run never changes, so what was looked at is what runs.
    """
    repository = connection.repository
    with explained("list the runs that wait", connection.name):
        runs = [
            run
            for run in repository.get_workflow_runs(event="pull_request", status=WAITING)
            if run.path.partition("@")[0] == GRADE_WORKFLOW
        ]
        pulls = list(repository.get_pulls("open", base=repository.default_branch)) if runs else []
    for run in runs:
        pull = next((pull for pull in pulls if _belongs(run, pull)), None)
        if pull is None:
            fork = run.head_repository.owner if run.head_repository else None
            yield Decision(None, login_of(fork), "no open pull request has its commit any more")
            continue
        login = login_of(pull.user)
        with explained("approve a run", connection.name):
            refusal = _refusal(connection, assignments, pull)
            if refusal is None and not dry_run:
                send(repository, "POST", f"actions/runs/{run.id}/approve")
        yield Decision(pull.number, login, refusal)


def _belongs(run: WorkflowRun, pull: PullRequest) -> bool:
    name = run.head_repository.full_name if run.head_repository else ""
    return pull.head.sha == run.head_sha and same_repository(pull.head.repo, name)


def _refusal(
    connection: Connection, assignments: Sequence[Assignment], pull: PullRequest
) -> str | None:
    repository = connection.repository
    foreign, cut = foreign_files(repository, assignments, pull.base.sha, pull.head.sha)
    if cut:
        return "GitHub does not list all that it changes"
    if foreign:
        more = len(foreign) - NAMED
        others = f" and {counted(more, 'other')}" if more > 0 else ""
        return f"it changes {', '.join(foreign[:NAMED])}{others}"
    return None

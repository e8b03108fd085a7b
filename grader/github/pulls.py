"""Pull requests and the grader's comments on them, with as few requests as there are of them."""

from collections.abc import Sequence

from github.GithubObject import NotSet
from github.IssueComment import IssueComment
from github.PullRequest import PullRequest
from github.WorkflowRun import WorkflowRun

from grader.course.roster import Roster, normalize_key
from grader.github.client import Connection, explained, login_of
from grader.github.collect import thread_of
from grader.github.comment import concerns
from grader.github.event import GRADE_WORKFLOW, Account, Fork, Side, Worklist
from grader.github.event import PullRequest as Listed
from grader.github.pushed import name_of, same_repository
from grader.github.seal import MARK, Sealed, newest, verify_key


def open_pulls(connection: Connection) -> Worklist:
    """All open pull requests against the default branch, oldest first."""
    repository = connection.repository
    with explained("list the pull requests", connection.name):
        found = [
            Listed(
                number=pull.number,
                user=Account(login=login) if (login := login_of(pull.user)) else None,
                head=Side(sha=pull.head.sha, ref=pull.head.ref, repo=_fork(pull)),
                base=Side(sha=pull.base.sha, ref=pull.base.ref),
                author_association=pull.author_association,
            )
            for pull in repository.get_pulls(
                state="open", base=repository.default_branch, sort="created", direction="asc"
            )
        ]
    return Worklist(pull_requests=tuple(found))


def ungraded(
    connection: Connection, work: Worklist, roster: Roster, bot: str, *, again: bool = False
) -> Worklist:
    """The commits of the pull requests about which nothing was said yet, in the order of pushes.

    An author in no group is told so once; staff's own pull requests count for nobody. Of others
    every commit is listed that GitHub saw pushed since the last about which something was said.

    Args:
        connection: to the repository.
        work: its open pull requests.
        roster: who is who, and the public key that results are signed with.
        bot: who the grader's comments are written by.
        again: list the newest commit of each also where something was said about it.
    """
    key, threads, left = verify_key(roster), Threads(connection, bot, many=True), []
    with explained("read the comments and the runs", connection.name):
        pushes = _pushes(connection)
        for pull in work.pull_requests:
            bodies = [one.body for one in threads.comments_on(pull.number)]
            sealed = newest(bodies, key, connection.repository.id, pull.number)
            head = pull.head.sha
            if sealed is None and roster.find_login(pull.login) is None:
                new = [] if bodies or pull.by_staff else [head]
            else:
                fork = pull.head.repo.full_name if pull.head.repo else ""
                heads = pushes.get((fork, pull.head.ref), [])
                # A pull request with a merge conflict starts no run.
                new = _unsaid(heads if head in heads else [*heads, head], sealed, bodies)
            if again and head not in new:
                new.append(head)
            left += [
                pull.model_copy(update={"head": pull.head.model_copy(update={"sha": sha})})
                for sha in new
            ]
    return Worklist(pull_requests=tuple(left))


def _unsaid(heads: Sequence[str], sealed: Sealed | None, bodies: Sequence[str]) -> list[str]:
    """Those after the last about which something was said.

    The history forgets, and a notice is about the latest alone: of earlier ones nobody knows.
    """
    graded = {line.commit for line in sealed.history} if sealed else set()
    new: list[str] = []
    for head in heads:
        if head in graded or any(concerns(head) in body for body in bodies):
            new.clear()
        else:
            new.append(head)
    return new


def _pushes(connection: Connection) -> dict[tuple[str, str], list[str]]:
    """Fork and branch → the commits that runs of `grade.yml` were started for, in this order.

    One that was pushed again has the place of its first push. GitHub lists the last thousand runs.
    """
    runs = list(connection.repository.get_workflow_runs(event="pull_request"))
    found: dict[tuple[str, str], list[str]] = {}
    for run in sorted(runs, key=lambda run: (run.created_at, run.id)):
        fork = name_of(run.head_repository)
        # Deleted forks have no name, so the run of one could be taken for another's.
        if fork and run.path.partition("@")[0] == GRADE_WORKFLOW:
            heads = found.setdefault((fork, run.head_branch), [])
            if run.head_sha not in heads:
                heads.append(run.head_sha)
    return found


def _fork(pull: PullRequest) -> Fork | None:
    name = name_of(pull.head.repo)
    return Fork(full_name=name) if name else None


class Threads:
    """Finds pull requests, and the grader's own comments on each.

    Args:
        connection: to the repository.
        bot: who the grader's comments are written by.
        many: whether so many are wanted that reading all, a hundred with each request, is less
            than asking for each.
    """

    def __init__(self, connection: Connection, bot: str, *, many: bool) -> None:
        self.connection, self.bot, self._many = connection, bot, many
        self._pulls: list[PullRequest] | None = None
        self._comments: dict[int, list[IssueComment]] | None = None

    def of_run(self, run: WorkflowRun) -> PullRequest | None:
        """The pull request that a run was for, also where it has newer commits or is closed."""
        name, branch = name_of(run.head_repository), run.head_branch
        with explained("look up a pull request", self.connection.name):
            if self._many or not (name and branch):
                found = _matching(self._open(), name, branch, run.head_sha)
                if found or not (name and branch):
                    return found
            asked = f"{name.split('/')[0]}:{branch}"
            listed = self.connection.repository.get_pulls("all", head=asked or NotSet)
            return _matching(list(listed), name, branch, run.head_sha)

    def numbered(self, number: int) -> PullRequest:
        """The pull request with this number."""
        with explained("read a pull request", self.connection.name):
            if self._many:
                found = next((pull for pull in self._open() if pull.number == number), None)
                if found is not None:
                    return found
            return self.connection.repository.get_pull(number)

    def own_comments(self, pull: PullRequest, *, anew: bool = False) -> list[IssueComment]:
        """The grader's comments on it, oldest first; more than one only after an accident.

        Args:
            pull: the pull request.
            anew: ask again, whatever is known.
        """
        with explained("read the comments", self.connection.name):
            if anew or not self._many:
                comments = [one for one in pull.get_issue_comments() if self._is_own(one)]
                return sorted(comments, key=lambda one: one.id)
            return self.comments_on(pull.number)

    def comments_on(self, number: int) -> list[IssueComment]:
        """The grader's comments on a pull request, oldest first, after all were read at once."""
        if self._comments is None:
            self._comments = {}
            for one in self.connection.repository.get_issues_comments("created", "asc"):
                if self._is_own(one):
                    self._comments.setdefault(thread_of(one), []).append(one)
        return sorted(self._comments.get(number, []), key=lambda one: one.id)

    def _open(self) -> list[PullRequest]:
        if self._pulls is None:
            self._pulls = list(self.connection.repository.get_pulls("open"))
        return self._pulls

    def _is_own(self, comment: IssueComment) -> bool:
        return normalize_key(login_of(comment.user)) == normalize_key(self.bot) and (
            comment.body or ""
        ).startswith(MARK)


def _matching(
    pulls: list[PullRequest], name: str, branch: str | None, head: str
) -> PullRequest | None:
    """The pull request from this branch of this fork: an open one first, then the newest.

    A fork that was deleted has no name any more; there only the commit tells.
    """
    found = [
        pull
        for pull in pulls
        if (pull.head.sha == head and pull.head.repo is None)
        or (name and pull.head.ref == branch and same_repository(pull.head.repo, name))
    ]
    return max(found, key=lambda pull: (pull.state == "open", pull.number), default=None)

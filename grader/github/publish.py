"""Grading's result → one signed comment and one check run on the pull request.

What grading handed over is untrusted: it comes from the job that ran student code. Its values are
checked against the assignments, and member, commit and time are taken from GitHub instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from github.CheckRun import CheckRun
from github.File import File
from github.GithubObject import NotSet
from github.IssueComment import IssueComment
from github.PullRequest import PullRequest
from nacl.signing import SigningKey

from grader.amounts import counted, in_points
from grader.amounts import points as amount
from grader.course.assignment import Assignment
from grader.course.roster import Roster, normalize_key
from grader.errors import GraderError
from grader.github import comment
from grader.github.blobs import FOLDER
from grader.github.client import Connection, explained, login_of
from grader.github.event import Graded, WorkflowRun
from grader.github.pushed import first_pushed, same_repository
from grader.github.seal import (
    HISTORY,
    MARK,
    AttemptLine,
    Sealed,
    SealedAttempt,
    SealError,
    bound_to,
    fitted,
    seal,
    unseal,
)
from grader.result import TOLERANCE, SubmissionResult

CHECK_NAME = "grader"

COMPARED_FILES = 300
"""GitHub lists no more in a comparison; a pull request that has so many is refused."""

_CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class Published:
    """What became of a result: `outcome` is one word, `sentence` says it in full."""

    number: int
    outcome: str
    sentence: str


@dataclass(frozen=True)
class Publisher:
    """What publishing needs to know of the course.

    Args:
        connection: to the repository.
        assignments: whose files students edit, and what they are worth.
        roster: who is who.
        key: to sign with.
        bot: who the comments are written as.
    """

    connection: Connection
    assignments: Sequence[Assignment]
    roster: Roster
    key: SigningKey
    bot: str

    def of_run(self, graded: Graded, run: WorkflowRun, now: datetime) -> Published:
        """Publish what a run of `grade.yml` found.

        Raises:
            GraderError: the result is not valid, or GitHub refuses; so does `of_pull_request`.
        """
        if graded.head != run.head_sha:
            raise GraderError(
                f"the result is for commit {graded.head[:7]}, but the run graded "
                f"{run.head_sha[:7]}; it is not published"
            )
        repository = self.connection.repository
        # The event names no pull request when it comes from a fork, so it is looked up.
        with explained("look up the pull request", self.connection.name):
            name = run.head_repository.full_name if run.head_repository else ""
            head = f"{name.split('/')[0]}:{run.head_branch}" if name and run.head_branch else NotSet
            found = [
                pull
                for pull in repository.get_pulls("open", base=repository.default_branch, head=head)
                if pull.head.sha == run.head_sha and same_repository(pull.head.repo, name)
            ]
        if not found:
            return Published(graded.pull_request, "superseded",
                             f"no open pull request has {run.head_sha[:7]} as its head any more; "
                             "the run for the newer commit publishes")  # fmt: skip
        return self._publish(found[0], graded, run.created_at, now)

    def of_pull_request(self, graded: Graded, now: datetime) -> Published:
        """Publish a regrade, whose pull request was named by staff's own job."""
        with explained("read the pull request", self.connection.name):
            pull = self.connection.repository.get_pull(graded.pull_request)
        if pull.head.sha != graded.head:
            return Published(graded.pull_request, "superseded",
                             f"#{graded.pull_request} has a newer commit; its own run publishes"
                             )  # fmt: skip
        return self._publish(pull, graded, None, now)

    def _publish(
        self, pull: PullRequest, graded: Graded, pushed_at: datetime | None, now: datetime
    ) -> Published:
        """`pushed_at`: when the run began that graded the head; None for a regrade."""
        with explained("publish a result", self.connection.name):
            own = self._own_comments(pull)
            before = self._sealed_before(pull, own)
            kept_line = seal(before, self.key) if before else comment.UNSIGNED
            login = login_of(pull.user)
            found = self.roster.find_login(login)
            if found is None:
                text = comment.unknown_author(login)
                self._write(pull, own, comment.notice_body(kept_line, *text))
                return Published(
                    pull.number,
                    "unknown",
                    f"#{pull.number}: {login or 'a deleted account'} is in no group",
                )
            if foreign := self._foreign_files(pull.base.sha, graded.head):
                text = comment.not_authoritative(foreign)
                self._write(pull, own, comment.notice_body(kept_line, *text))
                self._check_run(graded.head, "neutral", text[0], text[1][0])
                return Published(pull.number, "not counted",
                                 f"#{pull.number}: other files were changed")  # fmt: skip
            if graded.result is None:
                raise GraderError(f"#{pull.number}: grading did not know {login}; run it again")
            member = found[1].key
            submitted_at = self._submitted_at(pull, before, pushed_at)
            result = self._validated(graded, graded.result, member, submitted_at, now)
            if result.internal_error:
                body = comment.notice_body(kept_line, "Not graded", [comment.OUR_FAULT])
                self._write(pull, own, body)
                self._check_run(graded.head, "neutral", "Not graded", comment.OUR_FAULT)
                raise GraderError(f"#{pull.number}: checks failed inside the grader, not recorded")
            sealed = self._next(pull, member, result, before, now)
            sealed, line = fitted(sealed, self.key)
            self._write(pull, own, comment.result_body(result, sealed, line, self.assignments))
            self._check_run(graded.head, *comment.check_run_text(result))
        score = in_points(result.score, result.points)
        return Published(pull.number, "published", f"#{pull.number}: {score}")

    def _validated(
        self,
        graded: Graded,
        result: SubmissionResult,
        member: str,
        submitted_at: datetime | None,
        now: datetime,
    ) -> SubmissionResult:
        """The result with what GitHub knows better, if it can be a result of these assignments."""
        points = {assignment.id: assignment.points for assignment in self.assignments}
        wrong = None
        if result.commit != graded.head:
            wrong = "it is for another commit"
        elif result.graded_at > now + _CLOCK_SKEW:
            wrong = "it was graded in the future"
        for one in result.assignments:
            if one.id not in points:
                wrong = f'there is no assignment "{one.id[:40]}"'
            elif abs(one.points - points[one.id]) > TOLERANCE:
                wrong = (
                    f"{one.id} is worth {amount(points[one.id])} points, not {amount(one.points)}"
                )
        if wrong:
            raise GraderError(f"the result is not valid: {wrong}; it is not published")
        return result.model_copy(update={"member": member, "submitted_at": submitted_at})

    def _next(
        self,
        pull: PullRequest,
        member: str,
        result: SubmissionResult,
        before: Sealed | None,
        now: datetime,
    ) -> Sealed:
        """What is to be signed now; the same as before when this result was published already."""
        # The login may have been another one then.
        known = self.roster.find(before.member) if before else None
        attempts = before.attempts if before and known and known[1].key == member else ()
        history = before.history if before and attempts else ()
        if attempts and _same(attempts[0].result, result):
            assert before is not None
            return before
        # From the clock, so that it also rises after a comment was deleted with its history.
        last = before.sequence if before else 0
        sequence = max(int(now.timestamp()), last + 1)
        line = AttemptLine(
            sequence=sequence,
            commit=result.commit or "",
            graded_at=result.graded_at,
            score=result.score,
            points=result.points,
        )
        return Sealed(
            repository=self.connection.repository.id,
            pull_request=pull.number,
            member=member,
            head=result.commit or "",
            sequence=sequence,
            attempts=(SealedAttempt(sequence=sequence, result=result), *attempts),
            history=(line, *history)[:HISTORY],
        )

    def _submitted_at(
        self, pull: PullRequest, before: Sealed | None, run_at: datetime | None
    ) -> datetime | None:
        """When the head first came; a regrade, a job run again or reopening is no submission."""
        attempts = before.attempts if before else ()
        recorded = [a.result.submitted_at for a in attempts if a.result.commit == pull.head.sha]
        first = next(filter(None, recorded), None) or first_pushed(self.connection, pull)
        return min(filter(None, (first, run_at)), default=None)

    def _foreign_files(self, base: str, head: str) -> list[str]:
        """What the pull request changes beside the files that students edit."""
        allowed = {f"{FOLDER}/{a.id}/{name}" for a in self.assignments for name in a.files}
        files: list[File] | None = self.connection.repository.compare(base, head).files
        if files is None:
            return ["(GitHub does not say what was changed)"]
        changed = {name for f in files for name in (f.filename, f.previous_filename) if name}
        foreign = sorted(changed - allowed)
        if len(files) >= COMPARED_FILES:
            foreign.append(f"({counted(len(files), 'file')} or more)")
        return foreign

    def _own_comments(self, pull: PullRequest) -> list[IssueComment]:
        """The grader's comments here, oldest first; more than one only after an accident."""
        found = [
            one
            for one in pull.get_issue_comments()
            if normalize_key(login_of(one.user)) == normalize_key(self.bot)
            and (one.body or "").startswith(MARK)
        ]
        return sorted(found, key=lambda one: one.id)

    def _sealed_before(self, pull: PullRequest, own: Sequence[IssueComment]) -> Sealed | None:
        """The newest signed state in them; what someone has edited counts as nothing."""
        states = []
        for one in own:
            try:
                sealed = unseal(one.body, self.key.verify_key)
            except SealError:
                continue
            if sealed and bound_to(sealed, self.connection.repository.id, pull.number):
                states.append(sealed)
        return max(states, key=lambda sealed: sealed.sequence, default=None)

    def _write(self, pull: PullRequest, own: Sequence[IssueComment], body: str) -> None:
        """Make the one comment say `body`."""

        def find() -> IssueComment | None:
            return next(iter(self._own_comments(pull)), None)

        if not own:
            made = self.connection.create_once(lambda: pull.create_issue_comment(body), find)
        else:
            made = own[0]
        if _lines(made.body) != _lines(body):
            made.edit(body)
            # An oversize edit may be answered with success and the old text.
            if _lines(made.body) != _lines(body):
                raise GraderError(f"#{pull.number}: GitHub kept the old text of the comment")
        for surplus in own[1:]:
            surplus.delete()

    def _check_run(self, head: str, conclusion: str, title: str, summary: str) -> None:
        output: dict[str, str | list[dict[str, str | int]]] = {"title": title, "summary": summary}
        repository = self.connection.repository

        def find() -> CheckRun | None:
            runs = repository.get_commit(head).get_check_runs(check_name=CHECK_NAME)
            return next((run for run in runs if run.app and run.app.slug == "github-actions"), None)

        def create() -> CheckRun:
            return repository.create_check_run(
                CHECK_NAME, head, status="completed", conclusion=conclusion, output=output
            )

        if (run := find()) is None:
            self.connection.create_once(create, find)
        elif (run.conclusion, run.output.title, run.output.summary) != (conclusion, title, summary):
            run.edit(status="completed", conclusion=conclusion, output=output)


def _same(one: SubmissionResult, other: SubmissionResult) -> bool:
    """Whether two results are of the same grading run."""
    return (one.commit, one.digest, one.graded_at) == (other.commit, other.digest, other.graded_at)


def _lines(text: str | None) -> list[str]:
    return (text or "").replace("\r\n", "\n").rstrip().split("\n")

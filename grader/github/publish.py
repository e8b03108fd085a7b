"""Grading's results → one signed comment and one check run on the pull request.

What grading handed over is untrusted: it comes from the job that ran student code. Its values are
checked against the assignments, and member, commit and time are taken from GitHub instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from github.IssueComment import IssueComment
from github.PullRequest import PullRequest
from nacl.signing import SigningKey

from grader.amounts import in_points
from grader.course.assignment import Assignment
from grader.course.roster import Member, Roster
from grader.github import comment
from grader.github.attempts import added, holds, validated
from grader.github.client import Connection, explained, login_of
from grader.github.counting import counted_score
from grader.github.event import STAFF, Graded, ResultError
from grader.github.foreign import foreign_files
from grader.github.pulls import Threads
from grader.github.pushed import first_pushed
from grader.github.seal import Sealed, fitted, newest
from grader.github.writing import says, write_check_run, write_comment

Notice = tuple[str, list[str]]
"""A heading, and sentences in Markdown."""

CheckText = tuple[str, str, str]
"""Conclusion, title and summary of a check run."""


@dataclass(frozen=True)
class Published:
    """What became of a result: `outcome` is one word or two, `sentence` says it in full.

    `fault`: whether staff should look at it.
    """

    number: int
    outcome: str
    sentence: str
    fault: bool = False


@dataclass(frozen=True)
class Push:
    """A commit of a pull request that was graded.

    Args:
        head: the commit, by GitHub's word.
        graded: what grading found; raises ResultError where it is not valid.
        run, artifact: GitHub's numbers of the run that graded it and of what that handed over;
            None for a regrade.
        pushed_at: when the first run for it began; None for a regrade.
    """

    head: str
    graded: Callable[[], Graded]
    run: int | None = None
    artifact: int | None = None
    pushed_at: datetime | None = None


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

    def publish(
        self, pull: PullRequest, pushes: Sequence[Push], threads: Threads, now: datetime
    ) -> list[Published]:
        """Record every push of a pull request, oldest first, and say it in its one comment.

        What is published already is passed over. The check run comes before the comment, so that a
        comment which holds a result is the sign that nothing is left to do.

        Raises:
            GraderError: GitHub refuses, for now or for good.
        """
        number = pull.number
        base = self.connection.repository.default_branch
        if pull.locked:
            return [Published(number, "locked",
                f"#{number}: its conversation is locked, so nothing can be said there; unlock it "
                "and run the workflow grade again", fault=True)]  # fmt: skip
        with explained("publish a result", self.connection.name):
            own = threads.own_comments(pull)
            repository = self.connection.repository.id
            before = newest((one.body for one in own), self.key.verify_key, repository, number)
            if pull.base.ref != base:
                text = comment.other_base(pull.base.ref, base)
                write_comment(threads, pull, own, comment.notice_body(self._line(before), *text))
                return [Published(number, "other base", f"#{number}: is not against {base}")]
            member = self._member(pull, before)
            if member is None:
                return [self._unknown(pull, pushes[-1].head, own, before, threads)]
            state, notice = self._restored(pull, member, before), None
            checks: dict[str, CheckText] = {}
            published = []
            for push in pushes:
                if state and holds(state, push.artifact):
                    continue
                try:
                    state, notice, checks[push.head], one = self._one(
                        pull, member, push, state, now
                    )
                except ResultError as error:
                    sentence = f"#{number}: {error}; it is not published"
                    one = Published(number, "refused", sentence, fault=True)
                published.append(one)
            if not checks:
                return published
            if notice is not None:
                body = comment.notice_body(self._line(state), *notice)
            else:
                assert state is not None
                results = [attempt.result for attempt in state.attempts]
                state, line = fitted(state, self.key)
                score = counted_score(results, member, self.roster, self.assignments)
                body = comment.result_body(results[0], state, line, self.assignments, score)
            if (check := checks.get(pull.head.sha)) and not says(own, body):
                write_check_run(self.connection, self.bot, pull.head.sha, *check)
            write_comment(threads, pull, own, body)
        return published

    def _one(
        self, pull: PullRequest, member: Member, push: Push, state: Sealed | None, now: datetime
    ) -> tuple[Sealed | None, Notice | None, CheckText, Published]:
        """After one push: what is to be signed, what to say instead of it, and the check run."""
        number = pull.number
        if foreign := self._foreign_files(push.head):
            text = comment.not_authoritative(foreign, push.head)
            one = Published(number, "not counted", f"#{number}: other files were changed")
            return state, text, ("neutral", text[0], text[1][0]), one
        graded = push.graded()
        if graded.head != push.head:
            raise ResultError(
                f"the result is for commit {graded.head[:7]}, but the run graded {push.head[:7]}"
            )
        if graded.result is None:
            raise ResultError("the account was gone when it was graded; run grade again")
        if graded.result.internal_error:
            text = "Not graded", [comment.OUR_FAULT]
            sentence = f"#{number}: checks failed inside the grader, not recorded"
            one = Published(number, "not graded", sentence, fault=True)
            return state, text, ("neutral", "Not graded", comment.OUR_FAULT), one
        at = self._submitted_at(pull, push, state)
        result = validated(graded.result, push.head, self.assignments, now)
        result = result.model_copy(update={"member": member.key, "submitted_at": at})
        state = added(
            state, result, now, run=push.run, artifact=push.artifact,
            repository=self.connection.repository.id, pull_request=number, member=member.key,
            author=pull.user.id if pull.user else None,
        )  # fmt: skip
        one = Published(number, "published", f"#{number}: {in_points(result.score, result.points)}")
        return state, None, comment.check_run_text(result), one

    def _member(self, pull: PullRequest, before: Sealed | None) -> Member | None:
        """Whose pull request it is: by the login, or by the account of an earlier result here."""
        found = self.roster.find_login(login_of(pull.user))
        if found is None and before is not None and _same_author(pull, before):
            found = self.roster.find(before.member)
        return found[1] if found else None

    def _restored(self, pull: PullRequest, member: Member, before: Sealed | None) -> Sealed | None:
        """The signed state from before, if it is this member's, under today's key."""
        if before is None:
            return None
        known = self.roster.find(before.member)
        if not (known and known[1].key == member.key) and not _same_author(pull, before):
            return None
        attempts = tuple(
            one.model_copy(update={"result": one.result.model_copy(update={"member": member.key})})
            for one in before.attempts
        )
        return before.model_copy(update={"member": member.key, "attempts": attempts})

    def _unknown(
        self, pull: PullRequest, head: str, own: Sequence[IssueComment], before: Sealed | None,
        threads: Threads,
    ) -> Published:  # fmt: skip
        """Say what to do to an author who is in no group, but not to staff at their own work."""
        login = login_of(pull.user)
        if pull.author_association in STAFF and self._foreign_files(head):
            return Published(pull.number, "staff", f"#{pull.number}: is staff's own change")
        text = comment.unknown_author(login)
        write_comment(threads, pull, own, comment.notice_body(self._line(before), *text))
        who = login or "a deleted account"
        return Published(pull.number, "unknown", f"#{pull.number}: {who} is in no group")

    def _line(self, sealed: Sealed | None) -> str:
        return fitted(sealed, self.key)[1] if sealed else comment.UNSIGNED

    def _submitted_at(self, pull: PullRequest, push: Push, state: Sealed | None) -> datetime | None:
        """When a commit first came; a regrade, a job run again or reopening is no submission."""
        attempts = state.attempts if state else ()
        recorded = [a.result.submitted_at for a in attempts if a.result.commit == push.head]
        first = next(filter(None, recorded), None)
        if first is None and push.pushed_at is None:
            first = first_pushed(self.connection, pull, push.head)
        return min(filter(None, (first, push.pushed_at)), default=None)

    def _foreign_files(self, head: str) -> list[str]:
        """What a commit changes beside the files that students edit."""
        repository = self.connection.repository
        names, cut = foreign_files(repository, self.assignments, repository.default_branch, head)
        return [*names, f"({cut})"] if cut else names


def _same_author(pull: PullRequest, before: Sealed) -> bool:
    """Whether the account is still the one of the results before, whatever it is called now."""
    return pull.user is not None and before.author is not None and pull.user.id == before.author

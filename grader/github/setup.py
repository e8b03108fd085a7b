"""A course's repository set up, or only checked: one line for each setting."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from github import GithubException

from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.github.client import Connection, explained
from grader.github.course_state import CourseState
from grader.github.settings import Setting, Settings
from grader.github.signing import Keys, Signing
from grader.github.staff import StaffState, workflow_for

Outcome = Literal["right", "wrong", "changed", "would change", "unread", "refused", "kept"]


@dataclass(frozen=True)
class Finding:
    """What became of a setting.

    Args:
        setting: which.
        outcome: right; wrong; changed now, or in a dry run what would be; unread where the token
            may not look; refused where it may not change; kept where GitHub said yes and did not.
        sentence: what is or was wrong, or what GitHub said.
    """

    setting: Setting
    outcome: Outcome
    sentence: str = ""


def course_settings(
    connection: Connection,
    assignments: Sequence[Assignment],
    roster: Roster,
    keys: Keys,
) -> list[Setting]:
    """All that must be so, in the order in which it is made.

    Args:
        connection: to the repository, whose token may administer it.
        assignments: whose stubs lie there.
        roster: holds the public key, or none yet.
        keys: what the user says of the pair of keys.
    """
    repository = connection.repository
    signing = Signing(repository, roster, keys)
    state = CourseState(repository, assignments, roster, signing)
    return [*Settings(repository).all(), *signing.all(), *state.all()]


def staff_settings(
    connection: Connection,
    assignments: Sequence[Assignment],
    roster: Roster,
    keys: Keys,
    *,
    course: str,
    template: str,
) -> list[Setting]:
    """All that must be so in the private repository that grades a course.

    Args:
        connection: to that repository, whose token may administer it.
        assignments: of the course.
        roster: of the course; holds the public key, or none yet.
        keys: what the user says of the pair of keys.
        course: its OWNER/NAME.
        template: the workflow, with places for that name.
    """
    repository = connection.repository
    signing = Signing(repository, roster, keys)
    state = StaffState(repository, assignments, roster, course, workflow_for(course, template))
    return [*Settings(repository).of_actions(), *signing.all(), *state.all()]


def look(connection: Connection, setting: Setting) -> Finding:
    """What a setting is now."""
    try:
        with explained(f"read {setting.name}", connection.name), _refusals():
            fault = setting.fault()
    except _RefusedError as refused:
        return Finding(setting, "unread", f"{refused}; it takes {setting.permission}: read")
    return Finding(setting, "wrong", fault) if fault else Finding(setting, "right")


def make(connection: Connection, setting: Setting, *, dry_run: bool) -> Finding:
    """Make a setting right where it is not, and look again."""
    before = look(connection, setting)
    if before.outcome != "wrong" or setting.fix is None:
        return before
    if dry_run:
        return Finding(setting, "would change", before.sentence)
    try:
        with explained(f"change {setting.name}", connection.name), _refusals():
            setting.fix()
    except _RefusedError as refused:
        return Finding(setting, "refused", f"{refused}; it takes {setting.permission}: write")
    after = look(connection, setting)
    if after.outcome == "wrong":
        said = f"GitHub answered yes, but {after.sentence} still; your plan may lack it"
        return Finding(setting, "kept", said)
    return Finding(setting, "changed", before.sentence)


def permissions(findings: Sequence[Finding]) -> list[str]:
    """What the token lacks to change those that it may not even see, or were refused."""
    lacking = [one for one in findings if one.outcome in ("refused", "unread")]
    return sorted(
        {f"{one.setting.permission}: {'write' if one.setting.fix else 'read'}" for one in lacking}
    )


class _RefusedError(Exception):
    """GitHub does not let this token do it; the message says what it said."""


@contextmanager
def _refusals() -> Iterator[None]:
    """A right, a plan or an organisation's rule that is in the way, as one error."""
    try:
        yield
    except GithubException as error:
        if error.status not in (403, 404, 409, 422):
            raise
        message = error.data.get("message", "") if isinstance(error.data, dict) else ""
        raise _RefusedError(f"GitHub refuses ({error.status}: {message})") from None

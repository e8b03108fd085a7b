"""The values a report consists of: for the instructor, for staff, and what may be public.

What is public is a type of its own that has no place for a member's name or score.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import Field

from grader.course.document import unknown
from grader.course.matching import normalize_key
from grader.course.policy import LateRule
from grader.errors import ConfigurationError
from grader.result import Document, Moment, Quantity, Values

Aggregate = Literal["median", "mean", "min", "max"]

Share = Annotated[float, Field(ge=0, le=1)]


class AssignmentProgress(Values):
    """A group at one assignment: the aggregate of its counted members' scores there.

    The score is None where too few members are counted.
    """

    id: str
    score: Quantity | None
    points: Quantity
    submitted: int


class GroupProgress(Values):
    """A group.

    Args:
        group: its name.
        members: how many belong to it at the report's moment.
        submitted: how many of them have an attempt.
        score: the aggregate of its counted members' totals.
        points: what the assignments are worth together.
        progress: score / points.
        rank: 1 is the best; equal groups share a rank.
        spread: the lowest and the highest total of a counted member.
        assignments: the same for each assignment by itself.
        counted: how many members the figures are made from.
        enough: whether these are as many as the policy asks for; if not, score, progress, rank,
            spread, change and the assignments' scores are None.
        change: of `progress` since the moment that the report compares with.
    """

    group: str
    members: int
    submitted: int
    score: Quantity | None
    points: Quantity
    progress: Share | None
    rank: int | None
    spread: tuple[Quantity, Quantity] | None
    assignments: tuple[AssignmentProgress, ...]
    counted: int = 0
    enough: bool = True
    change: float | None = None


class ReportPolicy(Values):
    """The part of the roster's policy that a reader needs to understand the figures."""

    attempt: Literal["best", "latest"]
    missing: Literal["zero", "exclude"]
    minimum: int = 1
    late: dict[str, LateRule] = Field(default_factory=dict)


class Report(Document):
    """The progress of every group, in the roster's order: `grader report --format json`."""

    schema_: Literal["grader/report/v1"] = Field(default="grader/report/v1", alias="schema")
    aggregate: Aggregate
    generated_at: Moment
    policy: ReportPolicy
    groups: tuple[GroupProgress, ...]
    course: str = ""
    since: Moment | None = None

    def group(self, name: str) -> GroupProgress:
        """The group of this name, in any case and Unicode form.

        Raises:
            ConfigurationError: there is none.
        """
        for group in self.groups:
            if normalize_key(group.group) == normalize_key(name):
                return group
        raise ConfigurationError(unknown("group", name, [group.group for group in self.groups]))


class PublicAssignment(Values):
    """A group at one assignment, as anybody may see it."""

    id: str
    score: Quantity
    points: Quantity


class PublicGroup(Values):
    """A group, as anybody may see it; without figures where they would reveal one person."""

    group: str
    counted: int
    points: Quantity
    score: Quantity | None = None
    progress: Share | None = None
    rank: int | None = None
    change: float | None = None
    assignments: tuple[PublicAssignment, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether there are too few members to say anything."""
        return self.score is None


G = TypeVar("G", bound=GroupProgress | PublicGroup)


class PublicReport(Document):
    """What issues and other public pages are made from."""

    schema_: Literal["grader/public/v1"] = Field(default="grader/public/v1", alias="schema")
    course: str
    aggregate: Literal["median", "mean"]
    generated_at: Moment
    policy: ReportPolicy
    groups: tuple[PublicGroup, ...]
    since: Moment | None = None


class MemberAssignment(Values):
    """What counts of a member at one assignment, for staff.

    Args:
        id: the assignment's.
        score: what counts; None where nothing was handed in.
        points: what it is worth.
        attempt: the gradebook's number of the attempt that counts.
        submitted_at: when that was submitted, where it is known.
        kept: the share of its score that the late rule left.
        override: the reason, where the score was set by hand.
    """

    id: str
    score: Quantity | None
    points: Quantity
    attempt: int | None = None
    submitted_at: Moment | None = None
    kept: Share = 1.0
    override: str | None = None

    @property
    def note(self) -> str:
        """Why the score is not simply what was earned; nothing where it is."""
        if self.override is not None:
            return f"set by hand: {self.override}"
        return f"late, {self.kept:.4g} of it counts" if self.kept < 1 else ""


class MemberProgress(Values):
    """A member, for staff; not counted are those who are excluded, left or have not joined.

    The score is the total; None of who has handed in nothing and is not counted.
    """

    key: str
    name: str
    github: str | None
    group: str
    counted: bool
    submitted: bool
    score: Quantity | None
    points: Quantity
    assignments: tuple[MemberAssignment, ...]

    def counts(self, one: MemberAssignment) -> float | None:
        """What `one` adds to the total: of who is counted nothing handed in is 0, else nothing."""
        return 0.0 if one.score is None and self.counted else one.score


def best_first(groups: Sequence[G]) -> list[G]:
    """The groups by rank; those without one come last."""
    return sorted(groups, key=lambda group: (group.rank is None, group.rank or 0))


class StaffReport(Document):
    """A report with its members: `grader report --staff --format json`.

    Remarks are sentences on what the figures do not say, such as who was judged by older checks.
    """

    schema_: Literal["grader/staff/v1"] = Field(default="grader/staff/v1", alias="schema")
    report: Report
    members: tuple[MemberProgress, ...]
    remarks: tuple[str, ...] = ()


class Point(NamedTuple):
    """The progress of a group at one moment, 0 to 1; None where it had too few members."""

    at: datetime
    progress: float | None

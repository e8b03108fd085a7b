"""How attempts become scores: the `policy` of `groups.yaml`, as validated values."""

import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from grader.course.document import Written, problem

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _duration(written: Any) -> Any:
    """A length of time such as 30m, 12h, 7d; or in ISO 8601, as our own JSON has it."""
    if not isinstance(written, str):
        return written
    with suppress(ValidationError):
        if written.startswith("P"):
            return TypeAdapter(timedelta).validate_python(written)
    found = re.fullmatch(r"(\d{1,6})\s*([mhd])", written)
    if found is None:
        raise problem(f'"{written}" is not a length of time; write it as 30m, 12h or 7d')
    return int(found[1]) * UNITS[found[2]]


def _moment(written: Any) -> Any:
    """A point in time with its zone; a plain date is the beginning of that day in UTC."""
    if isinstance(written, date) and not isinstance(written, datetime):
        return datetime.combine(written, time(), UTC)
    if isinstance(written, datetime) and written.tzinfo is None:
        raise problem(f'"{written}" has no time zone; add one, such as +09:00')
    if isinstance(written, str):
        raise problem(f'"{written}" is not a date; write it without quotes, as 2026-11-21')
    return written


def _end(written: Any) -> Any:
    """The same, but a plain date is meant to its end."""
    if isinstance(written, date) and not isinstance(written, datetime):
        return datetime.combine(written, time(), UTC) + timedelta(days=1)
    return _moment(written)


Duration = Annotated[timedelta, BeforeValidator(_duration), Field(ge=timedelta())]
From = Annotated[datetime, BeforeValidator(_moment)]
Until = Annotated[datetime, BeforeValidator(_end)]


class LateRule(Written):
    """What work is worth that comes after an assignment's due date.

    Args:
        grace: up to here it is on time; beyond it, lateness counts from the due date.
        penalty: `step` takes `loses` for each `every` begun, `linear` in proportion to the time.
        loses: the share of the score that is lost for each `every`, 0 to 1.
        every: the length of one step.
        cutoff: work that is later than this earns nothing.
    """

    grace: Duration = timedelta()
    penalty: Literal["step", "linear"] = "step"
    loses: Annotated[float, Field(ge=0, le=1)] = 0.0
    every: Duration = timedelta(days=1)
    cutoff: Duration | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.every:
            raise problem("every must be longer than 0m", "every")
        if self.cutoff is not None and self.cutoff < self.grace:
            raise problem("the cutoff lies before the end of the grace", "cutoff")
        return self

    def kept(self, late: timedelta) -> float:
        """The share of the score, 0 to 1, that work keeps which is this late."""
        if late <= self.grace:
            return 1.0
        if self.cut_off(late):
            return 0.0
        steps = late / self.every
        return max(0.0, 1.0 - self.loses * (math.ceil(steps) if self.penalty == "step" else steps))

    def cut_off(self, late: timedelta) -> bool:
        """Whether work this late is not looked at any more."""
        return self.cutoff is not None and late > self.cutoff

    def sentence(self, assignment: str) -> str:
        """The rule in words, for those who read a report."""
        parts = []
        if self.grace:
            parts.append(f"on time until {spoken(self.grace)} after it is due")
        if self.loses:
            each = "each" if self.penalty == "linear" else "each begun"
            share = f"{self.loses:.4g}" if self.loses < 0.001 else f"{self.loses:.4%}"
            share = re.sub(r"\.?0+%$", "%", share)
            steadily = ", in proportion" if self.penalty == "linear" else ""
            parts.append(f"loses {share} for {each} {spoken(self.every)}{steadily}")
        if self.cutoff is not None:
            parts.append(f"counts nothing later than {spoken(self.cutoff)} after it is due")
        return f"Late work at {assignment}: {'; '.join(parts) or 'counts in full'}."


class Policy(Written):
    """How attempts become scores.

    Args:
        attempt: which attempt at an assignment counts.
        missing: what becomes of a member without an attempt: zero points, or left out.
        minimum: with fewer counted members than this, a group has no progress.
        late: assignment → what late work is worth; without a rule it counts in full.
    """

    attempt: Literal["best", "latest"] = "best"
    missing: Literal["zero", "exclude"] = "zero"
    minimum: Annotated[int, Field(ge=1)] = 1
    late: dict[str, LateRule] = Field(default_factory=dict)


def spoken(length: timedelta) -> str:
    """A length of time in words, in the largest unit that divides it."""
    for name, unit in (("day", UNITS["d"]), ("hour", UNITS["h"]), ("minute", UNITS["m"])):
        if not length % unit:
            number = length // unit
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{length.total_seconds():g} seconds"

"""How attempts become scores: the `policy` of `groups.yaml`, as validated values."""

import math
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from grader.course.document import Written, problem
from grader.course.moments import later, lengths_between, parsed

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
    """A date, or a date and time, which may leave the zone to the course."""
    if written is None:
        return None
    try:
        return parsed(written)
    except ValueError as error:
        raise problem(str(error)) from None


Duration = Annotated[timedelta, BeforeValidator(_duration), Field(ge=timedelta())]
WrittenMoment = Annotated[datetime | date, BeforeValidator(_moment)]


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

    def kept(self, due: datetime, came: datetime) -> float:
        """The share of the score, 0 to 1, that work keeps.

        Args:
            due: when it was due, in the course's time zone, whose days are counted.
            came: when it was handed in.
        """
        # As moments: of two times in one zone Python compares what clocks on the wall show.
        if came.timestamp() <= later(due, self.grace).timestamp():
            return 1.0
        if self.cut_off(due, came):
            return 0.0
        steps = lengths_between(due, came, self.every)
        # When clocks are set back, what is late may show an earlier time.
        lost = max(1, math.ceil(steps)) if self.penalty == "step" else max(0.0, steps)
        return max(0.0, 1.0 - self.loses * lost)

    def cut_off(self, due: datetime, came: datetime) -> bool:
        """Whether work that came then is not looked at any more."""
        return self.cutoff is not None and (came.timestamp() > later(due, self.cutoff).timestamp())

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

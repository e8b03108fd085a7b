"""Points in time as people write them, and lengths of time added to them.

Without a zone of its own a time is one of the course's (`timezone` in `groups.yaml`), and a length
of whole days is counted on the calendar there: the clock change makes no day longer or shorter.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from grader.course.document import did_you_mean

FORMS = "2026-11-30, 2026-11-30 23:59 or 2026-11-30T23:59+09:00"
"""What is understood, as examples for messages."""

DAY = timedelta(days=1)


def parsed(written: object) -> date | datetime:
    """A date, or a date and time with or without a zone, as YAML or a person gives it.

    Raises:
        ValueError: one sentence that says what is wrong and shows the forms.
    """
    found, why = written, ""
    if isinstance(written, str):
        # YAML allows a blank before the zone, Python does not.
        text = re.sub(r"\s+(?=[+-]\d|[Zz]$)", "", written.strip())
        if re.match(r"\d{4}-\d{2}-\d{2}", text):
            try:
                found = (
                    date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
                )
            except ValueError as error:
                why = "" if "isoformat" in str(error) else f": {error}"
    if not isinstance(found, date):
        raise ValueError(f'"{written}" is not a date{why}; write it as {FORMS}')
    # Beyond these, adding a day or changing the zone overflows.
    if not 1970 <= found.year <= 9000:
        raise ValueError(f'"{written}": the year is wrong; write it as {FORMS}')
    return found


def in_zone(written: date | datetime, zone: tzinfo, *, end: bool = False) -> datetime:
    """The moment in `zone`: a plain date is the beginning of that day, or its `end`."""
    if not isinstance(written, datetime):
        return datetime.combine(written + (DAY if end else timedelta()), time(), zone)
    return written.replace(tzinfo=zone) if written.tzinfo is None else written.astimezone(zone)


def later(moment: datetime, length: timedelta) -> datetime:
    """`moment` and then `length`; whole days are days of the calendar in the moment's zone."""
    if length % DAY:
        return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
    return moment + length  # of two times in one zone Python counts what clocks on the wall show


def lengths_between(start: datetime, end: datetime, length: timedelta) -> float:
    """How many times `length` lies between; whole days are days of the calendar in start's zone."""
    if length % DAY:
        return (end.astimezone(UTC) - start.astimezone(UTC)) / length
    return (end.astimezone(start.tzinfo) - start) / length


def zone_named(name: str) -> tzinfo:
    """The time zone with this name.

    Raises:
        ValueError: there is none; the sentence says what there is.
    """
    if name == "UTC":
        return UTC  # known also where the system has no list of time zones
    # Unknown; or no plain name, but an absolute path or a folder of the list.
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name)
    known = available_timezones()
    if not known:
        raise ValueError(
            f'"{name}": this machine has no list of time zones; install it: pip install tzdata'
        )
    hint = did_you_mean(name, known) or "; write it as Europe/Berlin or Asia/Seoul"
    raise ValueError(f'there is no time zone "{name}"{hint}')

"""Times of submission as staff write them down: one for all, or a file of member → time."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

from grader.course.document import read_mapping
from grader.course.moments import in_zone, parsed
from grader.course.people import read_table
from grader.errors import ConfigurationError

COLUMNS = ("member", "submitted_at")
EXAMPLE = "2026-11-30 23:59 or 2026-11-30T23:59+09:00"


def moment_of_submission(written: object, zone: tzinfo) -> datetime:
    """The moment; without a zone it is a time in `zone`.

    Raises:
        ValueError: not a date, or without a time of day; one sentence.
    """
    found = parsed(written)
    if not isinstance(found, datetime):
        raise ValueError(f'"{written}" has no time of day; write it as {EXAMPLE}')
    return in_zone(found, zone)


def read_times(path: Path, zone: tzinfo) -> dict[str, datetime]:
    """Member, as it is written, → when they submitted.

    A CSV file has the columns `member` and `submitted_at`, others are passed over; a YAML file is
    a mapping of member to time. Who has no time there is left out.

    Raises:
        ConfigurationError: names the file, the line and what is wrong.
    """
    rows = _csv_rows(path) if path.suffix == ".csv" else _yaml_rows(path)
    found: dict[str, datetime] = {}
    for line, member, written in rows:
        if written in (None, ""):
            continue
        try:
            moment = moment_of_submission(written, zone)
        except ValueError as error:
            raise ConfigurationError(f"{path}, line {line}: {member}: {error}") from None
        if member in found:
            raise ConfigurationError(f'{path}, line {line}: a second time for "{member}"')
        found[member] = moment
    return found


def _yaml_rows(path: Path) -> Iterator[tuple[int, str, object]]:
    values, lines = read_mapping(path)
    for key, value in values.items():
        yield lines[str(key),], str(key), value


def _csv_rows(path: Path) -> Iterator[tuple[int, str, object]]:
    rows = read_table(path)
    header = [cell.casefold() for cell in rows[0][1]] if rows else []
    if any(header.count(name) != 1 for name in COLUMNS):
        raise ConfigurationError(
            f"{path}, line 1: it must name the columns {' and '.join(COLUMNS)}, once each"
        )
    member, time = (header.index(name) for name in COLUMNS)
    for line, row in rows[1:]:
        cells = row + [""] * len(header)
        if not cells[member]:
            raise ConfigurationError(f"{path}, line {line}: the member is missing")
        yield line, cells[member], cells[time]

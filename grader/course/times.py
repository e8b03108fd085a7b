"""Times of submission as staff write them down: one for all, or a file of member → time."""

import csv
from collections.abc import Iterator
from datetime import datetime, tzinfo
from io import StringIO
from pathlib import Path

from grader.course.document import read_mapping
from grader.course.moments import in_zone, parsed
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
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8; save it as CSV UTF-8") from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=None), delimiter=separator)
    header = [cell.strip().casefold() for cell in next(reader, [])]
    if any(header.count(name) != 1 for name in COLUMNS):
        raise ConfigurationError(
            f"{path}, line 1: it must name the columns {' and '.join(COLUMNS)}, once each"
        )
    member, time = (header.index(name) for name in COLUMNS)
    for row in reader:
        cells = [cell.strip() for cell in row] + [""] * len(header)
        if not any(cells):
            continue
        if not cells[member]:
            raise ConfigurationError(f"{path}, line {reader.line_num}: the member is missing")
        yield reader.line_num, cells[member], cells[time]

"""A gradebook as text that outlives this program: JSON Lines, one record each.

    {"schema": "grader/gradebook/v1"}
    {"attempt": {…result JSON, version 1 or 2…}}
    {"override": {"member", "assignment", "score", "reason", "by", "at"}}
    {"end": number of records}

The last line tells a whole file from half a one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from grader.errors import ConfigurationError
from grader.gradebook.entries import Override
from grader.gradebook.store import Gradebook
from grader.harmless import in_json
from grader.result import SubmissionResult

SCHEMA = "grader/gradebook/v1"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: what was new, and what the gradebook held already."""

    new: int
    known: int


def export_gradebook(book: Gradebook) -> Iterator[str]:
    """The lines of the file, each with its line break."""
    yield json.dumps({"schema": SCHEMA}) + "\n"
    number = 0
    for attempt in book.stream():
        number += 1
        yield f'{{"attempt": {attempt.result.to_json()}}}\n'
    for override in book.overrides():
        number += 1
        yield in_json(f'{{"override": {override.model_dump_json()}}}') + "\n"
    yield json.dumps({"end": number}) + "\n"


def import_gradebook(book: Gradebook, lines: Iterable[str], *, source: str) -> Imported:
    """Append what the lines hold and the gradebook does not: all of it, or nothing.

    Raises:
        ConfigurationError: not such a file, or not the whole of it; names the line.
    """
    new = known = 0
    end: object = None
    with book.transaction():
        known_overrides = set(book.overrides())
        for number, line in enumerate(lines, start=1):
            where = f"{source}, line {number}"
            kind, value = _record(line, where)
            if (number == 1) != (kind == "schema") or end is not None:
                raise ConfigurationError(f"{where}: {kind} is out of place; export it anew")
            if kind == "schema" and value != SCHEMA:
                raise ConfigurationError(f"{where}: {value} is not {SCHEMA}; update the grader")
            if kind == "attempt":
                fresh = book.record(SubmissionResult.parse(json.dumps(value), source=where))
            elif kind == "override":
                fresh = _override(book, value, where, known_overrides)
            else:
                end = value if kind == "end" else None
                continue
            new, known = new + fresh, known + (not fresh)
        if end != new + known:
            raise ConfigurationError(
                f"{source} is not whole: its end is missing; nothing was imported, export it anew"
            )
    return Imported(new, known)


def _record(line: str, where: str) -> tuple[str, object]:
    try:
        record = json.loads(line)
        [(kind, value)] = record.items()
    except (ValueError, AttributeError, RecursionError):
        raise ConfigurationError(f"{where}: not a record of an exported gradebook") from None
    if kind not in ("schema", "attempt", "override", "end"):
        raise ConfigurationError(f'{where}: unknown record "{kind}"; update the grader')
    return kind, value


def _override(book: Gradebook, value: object, where: str, known: set[Override]) -> bool:
    try:
        override = Override.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"]
        raise ConfigurationError(f"{where}: not an override: {message}") from None
    if override in known:
        return False
    book.override(override)
    return True

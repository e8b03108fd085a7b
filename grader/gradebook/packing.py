"""A result as the gradebook keeps it: what results repeat is stored once, the rest compressed.

A result is a head and a part for each assignment. Parts with the same checks, judged by the same
code, differ in little: each is compressed against the first of them (zlib's preset dictionary,
RFC 1950), in which titles and hints stand already.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.result import Verdict

LETTERS = {
    Verdict.PASSED: "p",
    Verdict.FAILED: "f",
    Verdict.NOT_IMPLEMENTED: "n",
    Verdict.ERRORED: "e",
    Verdict.TIMED_OUT: "t",
    Verdict.OUT_OF_MEMORY: "m",
    Verdict.FORBIDDEN: "b",
    Verdict.SKIPPED: "s",
    Verdict.INTERNAL_ERROR: "i",
}
"""How a verdict is written where only verdicts are; gradebooks hold these letters."""

_WINDOW = 1 << 15  # of an example only its end is seen


@dataclass(frozen=True, slots=True)
class Part:
    """A result at one assignment.

    `checks` are id, title, task and visibility of each check, as JSON; `verdicts` a letter for
    each; `measured` says whether there are metrics; `text` is the whole of it, as JSON.
    """

    assignment: str
    judged_by: str
    checks: str
    score: float
    handed_in: bool
    files: str | None
    verdicts: str
    measured: bool
    text: str


def split(result: str, checks: str) -> tuple[str, list[Part]]:
    """The head and the parts of a result's JSON; `checks` judged parts that do not say by what.

    Raises:
        ValueError, TypeError, KeyError: it is no result.
    """
    head = json.loads(result)
    parts = [_part(one, checks) for one in head.pop("assignments")]
    return _json(head), parts


def join(head: str, parts: Iterable[str]) -> str:
    """The JSON of a result."""
    return f'{head[:-1]}, "assignments": [{", ".join(parts)}]}}'


def packed(text: str, example: str = "") -> bytes:
    """`text`, compressed against a text like it."""
    packing = zlib.compressobj(9, zdict=example.encode()[-_WINDOW:])
    return packing.compress(text.encode()) + packing.flush()


def unpacked(content: bytes, example: str = "") -> str:
    """What was `packed`.

    Raises:
        ValueError: it was not.
    """
    try:
        unpacking = zlib.decompressobj(zdict=example.encode()[-_WINDOW:])
        text = unpacking.decompress(content).decode()
        if not unpacking.eof:
            raise ValueError("its end is missing")
        return text
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from None


def listed(checks: str) -> Iterator[tuple[str, str, int, bool]]:
    """Id, title, task, and whether it is hidden, of each check in a `Part.checks`."""
    for name, title, task, visibility in json.loads(checks):
        yield name, title, task, visibility == "hidden"


def _part(one: dict[str, Any], checks: str) -> Part:
    known = [[c["id"], c["title"], c["task"], c["visibility"]] for c in one["checks"]]
    # As `AssignmentResult.handed_in` has it.
    untouched = one["verdict"] in (Verdict.NOT_IMPLEMENTED, Verdict.SKIPPED)
    return Part(
        assignment=one["id"],
        judged_by=one.get("judged_by") or checks,
        checks=_json(known),
        score=one["score"],
        handed_in=one["score"] > 0 or not untouched,
        files=one.get("digest"),
        verdicts="".join(LETTERS[Verdict(c["verdict"])] for c in one["checks"]),
        measured=bool(one.get("metrics")),
        text=_json(one),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

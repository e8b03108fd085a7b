"""What the attempts that count hold beside scores: how checks ended, how training went."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from grader.errors import GradebookError
from grader.gradebook.entries import Outcome
from grader.gradebook.store import Gradebook
from grader.result import Verdict


def check_outcomes(book: Gradebook, counted: Iterable[tuple[int, str]]) -> list[Outcome]:
    """How the checks ended in these attempts at these assignments, most frequent first.

    Raises:
        GradebookError: an attempt holds no result.
    """
    numbers: Counter[tuple[str, str, str]] = Counter()
    checks: dict[tuple[str, str], tuple[str, int, bool]] = {}
    for attempt, part in _parts(book, counted):
        with _explained(book, attempt):
            for one in part["checks"]:
                key = part["id"], one["id"]
                numbers[*key, Verdict(one["verdict"])] += 1
                checks[key] = one["title"], one["task"], one["visibility"] == "hidden"
    return [
        Outcome(assignment, check, *checks[assignment, check], Verdict(verdict), number)
        for (assignment, check, verdict), number in sorted(
            numbers.items(), key=lambda item: (-item[1], item[0])
        )
    ]


def training_metrics(
    book: Gradebook, counted: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], dict[str, float | tuple[float, ...]]]:
    """The metrics of these attempts at these assignments, where there are any.

    Raises:
        GradebookError: an attempt holds no result.
    """
    return {
        (attempt, part["id"]): {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in part["metrics"].items()
        }
        for attempt, part in _parts(book, counted)
        if part.get("metrics")
    }


def _parts(
    book: Gradebook, counted: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Attempt and result at one assignment, as JSON."""
    wanted: dict[int, set[str]] = {}
    for attempt, assignment in counted:
        wanted.setdefault(attempt, set()).add(assignment)
    for attempt, text in book.result_texts(sorted(wanted)):
        with _explained(book, attempt):
            # Plain JSON: validating every text anew would take most of a report's time.
            parts = [p for p in json.loads(text)["assignments"] if p["id"] in wanted[attempt]]
        for part in parts:
            yield attempt, part


@contextmanager
def _explained(book: Gradebook, attempt: int) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise GradebookError(
            f"{book.path} is damaged: attempt {attempt} is not a result; restore a copy"
        ) from error

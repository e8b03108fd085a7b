"""How often checks ended how, among the attempts that count."""

import json
from collections import Counter
from collections.abc import Iterable

from grader.errors import GradebookError
from grader.gradebook.entries import Outcome
from grader.gradebook.store import Gradebook
from grader.result import Verdict


def check_outcomes(book: Gradebook, counted: Iterable[tuple[int, str]]) -> list[Outcome]:
    """How the checks ended in these attempts at these assignments, most frequent first.

    Raises:
        GradebookError: an attempt holds no result.
    """
    wanted: dict[int, set[str]] = {}
    for attempt, assignment in counted:
        wanted.setdefault(attempt, set()).add(assignment)
    numbers: Counter[tuple[str, str, str]] = Counter()
    checks: dict[tuple[str, str], tuple[str, int, bool]] = {}
    for attempt, text in book.result_texts(sorted(wanted)):
        try:
            # Plain JSON: validating every text anew would take most of a report's time.
            for part in json.loads(text)["assignments"]:
                if part["id"] in wanted[attempt]:
                    for one in part["checks"]:
                        key = part["id"], one["id"]
                        numbers[*key, Verdict(one["verdict"])] += 1
                        checks[key] = one["title"], one["task"], one["visibility"] == "hidden"
        except (ValueError, KeyError, TypeError) as error:
            raise GradebookError(
                f"{book.path} is damaged: attempt {attempt} is not a result; restore a copy"
            ) from error
    return [
        Outcome(assignment, check, *checks[assignment, check], Verdict(verdict), number)
        for (assignment, check, verdict), number in sorted(
            numbers.items(), key=lambda item: (-item[1], item[0])
        )
    ]

"""What the attempts that count hold beside scores: how checks ended, how training went."""

import json
from collections import Counter
from collections.abc import Iterable

from grader.errors import GradebookError
from grader.gradebook.entries import Outcome
from grader.gradebook.packing import LETTERS, listed
from grader.gradebook.store import Gradebook
from grader.result import Verdict

_VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}


def check_outcomes(book: Gradebook, counted: Iterable[tuple[int, str]]) -> list[Outcome]:
    """How the checks ended in these attempts at these assignments, most frequent first.

    Raises:
        GradebookError: what is stored of them cannot be read.
    """
    numbers: Counter[tuple[str, str, Verdict]] = Counter()
    checks: dict[tuple[str, str], tuple[str, int, bool]] = {}
    for assignment, declared, verdicts, number in book.verdicts(counted):
        try:
            pairs = zip(listed(declared), verdicts, strict=True)
            for (name, title, task, hidden), letter in pairs:
                numbers[assignment, name, _VERDICTS[letter]] += number
                checks[assignment, name] = title, task, hidden
        except (ValueError, KeyError):
            raise GradebookError(
                f"{book.path} is damaged: how checks of {assignment} ended cannot be read; "
                "restore a copy"
            ) from None
    return [
        Outcome(assignment, check, *checks[assignment, check], verdict, number)
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
        (attempt, assignment): {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in json.loads(part)["metrics"].items()
        }
        for attempt, assignment, part in book.measured(counted)
    }

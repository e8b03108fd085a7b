"""How far grading is: a line for each submission, an estimate of what is left."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from grader.cli.common import err, padded
from grader.course.submission import Submission
from grader.result import SubmissionResult
from grader.terminal import submission_line

_FEW = 100
"""Below so many submissions an estimate tells nothing."""


class Lines:
    """A line on standard error for each result.

    What is done and how long the rest may take is shown below them in a terminal, and at each tenth
    elsewhere.
    """

    def __init__(self, submissions: Sequence[Submission]) -> None:
        self._total = len(submissions)
        self._width = max([4, *(cell_len(s.member or "") for s in submissions)])
        self._done = 0
        self._begun = time.monotonic()
        self._bar = Progress(
            MofNCompleteColumn(), BarColumn(), TextColumn("{task.description}"),
            console=err, transient=True, disable=not err.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=len(submissions))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def add(self, result: SubmissionResult) -> None:
        """One more is done."""
        total = self._total
        if not total:
            return
        self._done += 1
        name = padded(result.member or "-", self._width)
        err.print(f"{self._done:>4}/{total} ", Text.assemble(name, "  ") + submission_line(result),
                  no_wrap=True, overflow="ellipsis", highlight=False, markup=False)  # fmt: skip
        seconds = (time.monotonic() - self._begun) / self._done * (total - self._done)
        self._bar.update(self._task, completed=self._done, description=_left(seconds))
        tenth = total // 10
        if total >= _FEW and self._done % tenth == 0 and self._done < total and not err.is_terminal:
            err.print(f"{self._done} of {total} graded, {_left(seconds)}", style="dim")


def _left(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes else "less than a minute left"

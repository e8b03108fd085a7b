"""How far grading is: lines in the order of the submissions, an estimate of what is left."""

import time
from collections import defaultdict
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.cells import cell_len
from rich.text import Text

from grader.cli.common import err, padded
from grader.course.submission import Submission

if TYPE_CHECKING:
    from grader.result import SubmissionResult

_FEW = 100
"""Below so many submissions an estimate tells nothing."""


Identity = tuple[str | None, str, str | None]


def identity(one: "Submission | SubmissionResult") -> Identity:
    """Whose files at which commit: two commits may hold the same files.

    Two pull requests may have the same commit: who keeps results by this keeps a list of them.
    """
    return one.member, one.digest, one.commit


class Lines:
    """A line on standard error for each result.

    A line waits until those of earlier submissions are printed. What is done and how long the
    rest may take is shown below them in a terminal, and at each tenth elsewhere.
    """

    def __init__(self, submissions: Sequence[Submission]) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._order = [identity(s) for s in submissions]
        self._width = max([4, *(cell_len(s.member or "") for s in submissions)])
        self._ready: defaultdict[Identity, list[Text]] = defaultdict(list)
        self._printed = self._done = 0
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
        for number, key in enumerate(self._order[self._printed :], self._printed + 1):
            if self._ready[key]:  # an earlier one was never done
                self._print(number, self._ready[key].pop(0))

    def add(self, result: "SubmissionResult") -> None:
        """One more is done."""
        from grader.terminal import submission_line

        total = len(self._order)
        if not total:
            return
        self._done += 1
        text = Text.assemble(padded(result.member or "-", self._width), "  ")
        self._ready[identity(result)].append(text + submission_line(result))
        while self._printed < total and (ready := self._ready[self._order[self._printed]]):
            self._printed += 1
            self._print(self._printed, ready.pop(0))
        seconds = (time.monotonic() - self._begun) / self._done * (total - self._done)
        self._bar.update(self._task, completed=self._done, description=_left(seconds))
        tenth = total // 10
        if total >= _FEW and self._done % tenth == 0 and self._done < total and not err.is_terminal:
            err.print(f"{self._done} of {total} graded, {_left(seconds)}", style="dim")

    def _print(self, number: int, text: Text) -> None:
        err.print(f"{number:>4}/{len(self._order)} ", text, no_wrap=True, overflow="ellipsis",
                  highlight=False, markup=False)  # fmt: skip


def _left(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes else "less than a minute left"

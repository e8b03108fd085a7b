"""Grading many submissions: on one core, on all, or on a cluster; recorded as they finish."""

import importlib
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.common import denied_paths, err, now
from grader.cli.progress import Identity, Lines, identity
from grader.course.submission import Submission
from grader.errors import ConfigurationError, GraderError

if TYPE_CHECKING:
    from grader.grading import Plan
    from grader.result import SubmissionResult
    from grader.stopwatch import Stopwatch

Only = Annotated[
    list[str] | None, typer.Option("--assignment", "-a", help="Only this one; repeatable.")
]
Checks = Annotated[Path | None, typer.Option("--checks", help="A private folder of hidden tests.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Processes; a cohort uses all cores.")
]
Shard = Annotated[
    str, typer.Option("--shard", metavar="I/N", help="Only the I-th of N equal parts.")
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="Grade on this dask cluster."),
]

WHOLE = "1/1"
"""The only shard of one."""


@dataclass(frozen=True)
class Backend:
    """Where to grade: in so many processes here, or on the cluster of a scheduler."""

    jobs: int = 1
    scheduler: str | None = None


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def grade_and_record(
    submissions: Sequence[Submission],
    plan: "Plan",
    place: Backend,
    gradebook: Path | None = None,
    *,
    anew: bool = False,
    listed: bool = False,
    stopwatch: "Stopwatch | None" = None,
) -> "list[SubmissionResult]":
    """The results in the order of `submissions`; see `grade_each`."""
    results: dict[Identity, list[SubmissionResult]] = defaultdict(list)

    def keep(result: "SubmissionResult") -> None:
        results[identity(result)].append(result)

    grade_each(submissions, plan, place, gradebook, anew=anew, listed=listed, on_result=keep,
               stopwatch=stopwatch)  # fmt: skip
    return [results[identity(s)].pop(0) for s in submissions]


def grade_each(
    submissions: Sequence[Submission],
    plan: "Plan",
    place: Backend,
    gradebook: Path | None,
    *,
    anew: bool = False,
    listed: bool = False,
    on_result: "Callable[[SubmissionResult], None]" = lambda _: None,
    stopwatch: "Stopwatch | None" = None,
) -> list[str]:
    """Hand each result to `on_result` as it is known; a line on standard error for each of several.

    `listed`: also for a single one, which is a cohort of one.

    What the gradebook holds is not graded again, unless `anew`. No result is kept here: ten
    thousand take gigabytes.

    Returns:
        The members whose result has an internal error; it is handed on, but not recorded.
    """
    from grader.gradebook import Gradebook
    from grader.stopwatch import Stopwatch
    from grader.terminal import DATASETS

    stopwatch = stopwatch or Stopwatch()
    faulty: list[str] = []
    with ExitStack() as stack:
        book = stack.enter_context(Gradebook(gradebook)) if gradebook else None
        waiting = []
        for submission in submissions:
            found = None
            if book is not None and not anew:
                found = book.find(*identity(submission), plan.digest)
            if found is None:
                waiting.append(submission)
            else:
                if submission.submitted_at not in (None, found.submitted_at):
                    # When it came has become known since it was graded.
                    found = found.model_copy(update={"submitted_at": submission.submitted_at})
                    assert book is not None
                    book.record(found)
                on_result(found)
        if len(waiting) < len(submissions):
            err.print(f"{len(submissions) - len(waiting)} already graded, {len(waiting)} to do")
        listed = listed or len(submissions) > 1
        if listed and waiting:
            if any(
                a.data == "mnist" and a.id in s.files for a in plan.assignments for s in waiting
            ):
                err.print(f"Held-out digits: {DATASETS[plan.dataset]}", style="dim")
            ids = ", ".join(assignment.id for assignment in plan.assignments)
            err.print(f"Member, points, marks: {ids}", style="dim")
        lines = stack.enter_context(Lines(waiting if listed else []))

        def finish(result: "SubmissionResult") -> None:
            faulty.extend(with_internal_error([result]))
            if book is not None and not result.internal_error:
                book.record(result)
            lines.add(result)
            on_result(result)

        if waiting:
            _grade(waiting, plan, place, finish, stopwatch)
    return faulty


def _grade(
    submissions: Sequence[Submission],
    plan: "Plan",
    place: Backend,
    on_result: "Callable[[SubmissionResult], None]",
    stopwatch: "Stopwatch",
) -> None:
    """Grade all of them where `place` says."""
    if place.scheduler is not None:
        _cluster().grade_on_cluster(
            submissions, plan, place.scheduler, denied_paths=denied_paths, now=now,
            on_result=on_result, on_fault=show_fault,
        )  # fmt: skip
        return
    hidden = denied_paths(plan)
    if len(submissions) > 1:  # also with one job: its death must not end the run
        from grader.parallel import grade_in_parallel

        grade_in_parallel(
            submissions, plan, min(place.jobs, len(submissions)), denied_paths=hidden, now=now,
            on_result=on_result, on_fault=show_fault, stopwatch=stopwatch,
        )  # fmt: skip
        return
    from grader.grading import grade
    from grader.sandbox.host.sandbox import Sandbox

    with ExitStack() as stack:
        with stopwatch.phase("warm process"):
            sandbox = stack.enter_context(Sandbox(denied_paths=hidden, preload=plan.preload))
        grade(submissions, plan, sandbox, now=now, on_result=on_result, on_fault=show_fault,
              stopwatch=stopwatch)  # fmt: skip


def part(submissions: Sequence[Submission], shard: str) -> list[Submission]:
    """Those of `submissions` that fall to one shard, by their place in the list."""
    number, of = parse_shard(shard)
    return [s for place, s in enumerate(submissions, 1) if place % of == number % of]


def parse_shard(text: str) -> tuple[int, int]:
    """`2/4` → (2, 4)."""
    number, _, of = text.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise ConfigurationError(f"--shard {text}: write it as I/N, such as 2/4")
    return int(number), int(of)


def show_fault(text: str) -> None:
    """Show staff the traceback of an internal error."""
    err.print(f"internal error, for staff:\n{text}", style="magenta", markup=False)


def with_internal_error(results: "Sequence[SubmissionResult]") -> list[str]:
    """The members in whose results a check of ours failed."""
    return [result.member or "the submission" for result in results if result.internal_error]


def stop_if_internal_error(names: Sequence[str]) -> None:
    """Fail where there are such members."""
    if names:
        raise GraderError(f"checks failed inside the grader, not recorded: {', '.join(names)}")


def _cluster() -> Any:
    try:
        return importlib.import_module("grader.cluster")
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("grader"):
            raise
        raise ConfigurationError(
            f"--scheduler needs dask.distributed ({error.name} is not installed): "
            'pip install "grader[cluster]"'
        ) from None

"""Grading many submissions: on one core, on all, or on a cluster; recorded as they finish."""

import importlib
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.common import denied_paths, err, now
from grader.cli.progress import Lines
from grader.course.submission import Submission
from grader.errors import ConfigurationError, GraderError
from grader.gradebook import Gradebook
from grader.result import SubmissionResult
from grader.stopwatch import Stopwatch
from grader.terminal import dataset_lines

if TYPE_CHECKING:
    from grader.plan import Plan
    from grader.result import Graded

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


def grade_each(
    submissions: Sequence[Submission],
    plan: "Plan",
    place: Backend,
    gradebook: Path | None = None,
    *,
    anew: bool = False,
    listed: bool = False,
    stopwatch: Stopwatch | None = None,
) -> "Iterator[SubmissionResult]":
    """The results in the order of `submissions`, each recorded before it is handed on.

    What the gradebook holds is not graded again, unless `anew`. A result with an internal error is
    handed on, but not recorded. No result is kept here: ten thousand take gigabytes.

    Args:
        submissions: what to grade; of several there is a line for each on standard error.
        plan: what to grade with.
        place: where.
        gradebook: where attempts are; None: nowhere.
        anew: also what was graded before.
        listed: a line also for a single one, which is a cohort of one.
        stopwatch: counts the phases.
    """
    stopwatch = stopwatch or Stopwatch()
    with ExitStack() as stack:
        book = stack.enter_context(Gradebook(gradebook)) if gradebook else None
        known = [book is not None and not anew and _known(book, s, plan) is not None
                 for s in submissions]  # fmt: skip
        waiting = [s for s, is_known in zip(submissions, known, strict=True) if not is_known]
        if len(waiting) < len(submissions):
            err.print(f"{len(submissions) - len(waiting)} already graded, {len(waiting)} to do")
        listed = listed or len(submissions) > 1
        if listed and waiting:
            _introduce_lines(waiting, plan)
        lines = stack.enter_context(Lines(waiting if listed else []))
        graded = stack.enter_context(closing(_grade(waiting, plan, place, stopwatch)))
        for submission, is_known in zip(submissions, known, strict=True):
            if is_known:
                assert book is not None
                result = _known(book, submission, plan)
                assert result is not None
                yield result
                continue
            one = next(graded)
            for fault in one.faults:
                show_fault(fault)
            with stopwatch.phase("recording"):
                if book is not None and not one.result.internal_error:
                    book.record(one.result)
                lines.add(one.result)
            yield one.result
        next(graded, None)  # its processes end in order, and say what time they took


def _known(book: Gradebook, submission: Submission, plan: "Plan") -> SubmissionResult | None:
    """What these very checks said of all of it; a regrade leaves out what was unchanged."""
    found = recorded(book, submission, plan)
    return found if found and len(found.assignments) >= len(plan.assignments) else None


def recorded(book: Gradebook, submission: Submission, plan: "Plan") -> SubmissionResult | None:
    """What these very checks said of it, with the time at which it came where that is new."""
    found = book.find(submission.member, submission.digest, submission.commit, plan.digest)
    if found is not None and submission.submitted_at not in (None, found.submitted_at):
        found = found.model_copy(update={"submitted_at": submission.submitted_at})
        book.record(found)
    return found


def _introduce_lines(waiting: Sequence[Submission], plan: "Plan") -> None:
    """Say what the lines will be about."""
    used = [a.data for a in plan.assignments if any(a.id in s.files for s in waiting)]
    datasets = {name: one for name, one in plan.dataset.items() if name in used}
    for line in dataset_lines(datasets):
        err.print(line, style="dim")
    ids = ", ".join(assignment.id for assignment in plan.assignments)
    err.print(f"Member, points, marks: {ids}", style="dim")


def _grade(
    submissions: Sequence[Submission], plan: "Plan", place: Backend, stopwatch: Stopwatch
) -> "Generator[Graded]":
    """Grade all of them where `place` says."""
    hidden = denied_paths(plan)
    if not submissions:
        return
    if place.scheduler is not None:
        yield from _cluster().grade_on_cluster(
            submissions, plan, place.scheduler, denied_paths=denied_paths, now=now
        )
    elif len(submissions) > 1:  # also with one job: its death must not end the run
        from grader.pools.parallel import grade_in_parallel

        jobs = min(place.jobs, len(submissions))
        yield from grade_in_parallel(
            submissions, plan, jobs, denied_paths=hidden, now=now, stopwatch=stopwatch
        )
    else:
        from grader.pools.serial import grade_serially

        yield from grade_serially(
            submissions, plan, denied_paths=hidden, now=now, stopwatch=stopwatch
        )


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


def with_internal_error(results: Sequence[SubmissionResult]) -> list[str]:
    """The members in whose results a check of ours failed."""
    return [result.member or "the submission" for result in results if result.internal_error]


def stop_if_internal_error(names: Sequence[str]) -> None:
    """Fail where there are such members."""
    if names:
        raise GraderError(f"checks failed inside the grader, not recorded: {', '.join(names)}")


def _cluster() -> Any:
    try:
        return importlib.import_module("grader.pools.cluster")
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("grader"):
            raise
        raise ConfigurationError(
            f"--scheduler needs dask.distributed ({error.name} is not installed): "
            'pip install "grader[cluster]"'
        ) from None

"""`grader regrade`: stored submissions are graded again after the checks changed."""

from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted, points
from grader.cli.bulk import (
    WHOLE,
    Backend,
    Checks,
    Jobs,
    Only,
    Scheduler,
    Shard,
    cores,
    grade_each,
    part,
    stop_if_internal_error,
    with_internal_error,
)
from grader.cli.common import gradebook_here, located, make_plan, out, root
from grader.cli.grading import introduce
from grader.course.assignment import load_assignments
from grader.course.roster import Roster, load_roster
from grader.course.submission import read_cohort
from grader.gradebook import Gradebook
from grader.result import SubmissionResult

app = typer.Typer()


@app.command()
def regrade(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Each sub-folder is one member's submission.")
    ],
    assignment: Only = None,
    gradebook: Annotated[
        Path | None,
        typer.Option("--gradebook", help="Where the attempts are (default: gradebook.sqlite)."),
    ] = None,
    jobs: Jobs = None,
    checks: Checks = None,
    shard: Shard = WHOLE,
    scheduler: Scheduler = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also what these very checks have judged already.")
    ] = False,
) -> None:
    """Grade again after checks, data or the grader changed; name the new scores.

    Each gets a new attempt, the old ones stay. What these very checks have judged already is not
    graded again, so a run that was interrupted goes on where it ended.
    """
    gradebook = gradebook or gradebook_here()
    known = load_assignments(root() / "assignments")
    plan = make_plan(assignment or [], None, checks)
    only = [a.id for a in plan.assignments]
    everybody = read_cohort(folder, known, only=only)
    introduce(folder, everybody)
    submissions = part(everybody, shard)
    groups = located("groups.yaml")
    roster = load_roster(groups) if groups.is_file() else None
    with Gradebook(gradebook) as book:
        changed = 0
        faulty: list[str] = []
        place = Backend(jobs or cores(), scheduler)
        for result in grade_each(submissions, plan, place, gradebook, anew=force, listed=True):
            faulty += with_internal_error([result])
            old = score_before(book, roster, result)
            if old is not None and old != result.score:
                changed += 1
                out.print(f"{result.member}: {points(old)} → {points(result.score)}", markup=False,
                          highlight=False)  # fmt: skip
    out.print(
        f"{counted(len(submissions), 'submission')}, {changed} with another score than before."
    )
    stop_if_internal_error(faulty)


def score_before(book: Gradebook, roster: Roster | None, result: SubmissionResult) -> float | None:
    """The score of the same files when they were last graded before this.

    They may have been filed under the member's name or former login then.
    """
    member = result.member or ""
    keys = [member] if roster is None or not roster.find(member) else roster.keys(member)
    attempts = [
        attempt
        for key in keys
        for attempt in book.attempts(key)
        if attempt.digest == result.digest and attempt.graded_at < result.graded_at
    ]
    last = max(attempts, key=lambda one: (one.graded_at, one.id), default=None)
    return None if last is None else last.result.score

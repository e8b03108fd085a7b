"""`grader regrade`: stored submissions are graded again after the checks changed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.amounts import counted, points, total
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
    recorded,
    stop_if_internal_error,
    with_internal_error,
)
from grader.cli.common import err, gradebook_here, located, make_plan, out, root
from grader.cli.grading import introduce
from grader.course.assignment import load_assignments
from grader.course.roster import Roster, load_roster, normalize_key
from grader.course.submission import Submission, content_digest, read_cohort
from grader.gradebook import Gradebook
from grader.result import SubmissionResult

if TYPE_CHECKING:
    from grader.plan import Plan

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

    Each gets a new attempt, the old ones stay. An assignment whose files these very checks have
    judged already, with the same data, is not graded again: a change of one assignment's checks
    costs that assignment alone, and a run that was interrupted goes on where it ended.
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
        todo = submissions if force else list(still_to_grade(book, roster, submissions, plan))
        if done := len(submissions) - len(todo):
            err.print(f"{done} already graded, {len(todo)} to do")
        for result in grade_each(todo, plan, place, gradebook, anew=True, listed=True):
            faulty += with_internal_error([result])
            old = score_before(book, roster, result)
            if old is not None and old != result.score:
                changed += 1
                regraded = [one.id for one in result.assignments]
                of = f" ({', '.join(regraded)})" if len(regraded) < len(plan.assignments) else ""
                out.print(f"{result.member}: {points(old)} → {points(result.score)}{of}",
                          markup=False, highlight=False)  # fmt: skip
    out.print(
        f"{counted(len(submissions), 'submission')}, {changed} with another score than before."
    )
    stop_if_internal_error(faulty)


def still_to_grade(
    book: Gradebook, roster: Roster | None, submissions: Sequence[Submission], plan: "Plan"
) -> Iterator[Submission]:
    """The submissions without the assignments that these checks have judged in the same form."""
    judged = book.judged()
    for submission in submissions:
        keys = [normalize_key(key) for key in _keys(roster, submission.member or "")]
        last = recorded(book, submission, plan)
        known = {part.id for part in last.assignments} if last else set()
        for name, files in submission.files.items():
            form = content_digest({name: files}), plan.digests[name]
            known |= {name for key in keys if (key, name, *form) in judged}
        handed_in = submission.files.keys() | submission.refused.keys()
        if known >= handed_in and (handed_in or last):
            continue
        if known:  # what nobody handed in is no news either
            known |= {one.id for one in plan.assignments} - handed_in
        yield submission.model_copy(update={"left_out": frozenset(known)})


def score_before(book: Gradebook, roster: Roster | None, result: SubmissionResult) -> float | None:
    """What the same files had earned at the result's assignments when last graded before this.

    They may have been filed under the member's name or former login then.
    """
    attempts = [
        attempt
        for key in _keys(roster, result.member or "")
        for attempt in book.attempts(key)
        if attempt.digest == result.digest and attempt.graded_at < result.graded_at
    ]
    attempts.sort(key=lambda one: (one.graded_at, one.id))
    last = {part.id: part.score for attempt in attempts for part in attempt.result.assignments}
    found = [last[part.id] for part in result.assignments if part.id in last]
    return total(found) if found else None


def _keys(roster: Roster | None, member: str) -> list[str]:
    """What a member's attempts may be filed under."""
    return [member] if roster is None or not roster.find(member) else roster.keys(member)

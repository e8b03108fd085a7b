"""`grader replay`: the same submission and seed give the same result, or what differs."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.amounts import in_points, points
from grader.cli.bulk import Backend, grade_each
from grader.cli.common import data, make_plan, out, root
from grader.course.assignment import load_assignments
from grader.course.submission import read_submission
from grader.errors import ConfigurationError, naming
from grader.result import UNTITLED, SubmissionResult

if TYPE_CHECKING:
    from grader.plan import Plan

app = typer.Typer()


@app.command()
def replay(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="A result of grading.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The submission it is of.")],
    checks: Annotated[
        Path | None, typer.Option("--checks", help="The private folder of hidden tests, if any.")
    ] = None,
) -> None:
    """Grade a submission again as it was graded; say what differs.

    Exit code 0: the same, if need be at another level of the sandbox. 1: it differs, with what
    differs on standard output.
    """
    with naming(result):
        text = result.read_bytes()
    before = SubmissionResult.parse(text, source=str(result))
    known = load_assignments(root() / "assignments")
    names = [assignment.id for assignment in before.assignments]
    if before.schema_ == "grader/result/v1":
        raise ConfigurationError(
            f"{result}: it was graded by an older grader, which drew its examples in another way "
            f"from the seed; grade the submission again: grader grade {folder}"
        )
    plan = _held_back_as_in(before, make_plan(names, before.environment.drawn_from, checks))
    submission = read_submission(folder, known, member=before.member, only=names)
    [after] = grade_each([submission], plan, Backend())
    levels = before.environment.sandbox, after.environment.sandbox
    differences = [*_of_surroundings(before, after), *_of_assignments(before, after)]
    if not differences:
        level = (
            "" if levels[0] == levels[1] else f", run at level {levels[1]} instead of {levels[0]}"
        )
        points = in_points(before.score, before.points)
        out.print(f"The same: {points}, every check alike{level}.")
        return
    if levels[0] != levels[1]:
        differences.append(f"sandbox: was {levels[0]}, is {levels[1]}")
    for line in differences:
        out.print(line, markup=False, highlight=False)
    if before.environment.dataset != after.environment.dataset and data() is None:
        out.print("Data are missing: name their folder in GRADER_DATA.", markup=False)
    raise typer.Exit(1)


def _held_back_as_in(before: SubmissionResult, plan: "Plan") -> "Plan":
    """The plan, with the titles held back that the result does not tell either."""
    untold = {
        one.id
        for one in before.assignments
        for check in one.checks
        if check.title.startswith(UNTITLED)
    }
    return replace(plan, assignments=[
        one.model_copy(update={"hidden_titles": "after_due" if one.id in untold else "shown",
                               "due": None})
        for one in plan.assignments
    ])  # fmt: skip


def _of_surroundings(before: SubmissionResult, after: SubmissionResult) -> list[str]:
    """What the result depends on and is not as it was: the files, versions, data.

    Not the level of the sandbox: it should not matter, and is told apart from these.
    """
    pairs: dict[str, tuple[Any, Any]] = {"files": (before.digest, after.digest)}
    old, new = before.environment.model_dump(), after.environment.model_dump()
    pairs |= {name: (old[name], new[name]) for name in old if name != "sandbox"}
    return [
        f"{name}: was {_short(was)}, is {_short(now)}"
        for name, (was, now) in pairs.items()
        if was != now
    ]


def _of_assignments(before: SubmissionResult, after: SubmissionResult) -> list[str]:
    """Checks whose outcome or feedback, and metrics that, are not as they were."""
    lines = []
    for old, new in zip(before.assignments, after.assignments, strict=False):
        now = {check.id: check for check in new.checks}
        for check in old.checks:
            other = now.get(check.id)
            if other is None:
                lines.append(f"{check.id}: there is no such check now")
            elif (check.verdict, check.score) != (other.verdict, other.score):
                lines.append(
                    f"{check.id}: was {check.verdict} with {points(check.score)} points, "
                    f"is {other.verdict} with {points(other.score)}"
                )
            elif check.feedback != other.feedback:
                lines.append(f"{check.id}: verdict and points alike, the feedback differs")
            elif check.model_copy(update={"seconds": 0.0}) != other.model_copy(
                update={"seconds": 0.0}
            ):
                lines.append(f"{check.id}: verdict and points alike, its description differs")
        lines += [
            f"{old.id}: {name} was {_short(old.metrics.get(name))}, "
            f"is {_short(new.metrics.get(name))}"
            for name in sorted(old.metrics.keys() | new.metrics.keys())
            if old.metrics.get(name) != new.metrics.get(name)
        ]
    return lines


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} values"
    return f"{value}"[:40]

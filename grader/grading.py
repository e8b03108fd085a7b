"""The use case: a submission goes in, a result comes out. The only file that knows the whole order.

collect the checks once → start one warm process → for each submission and each assignment:
a jailed worker with the student's file → the checks, in the host → an AssignmentResult
"""

import hashlib
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import torch

from grader.amounts import total
from grader.checking.collection import require_points, run_checks
from grader.checking.datasets import HeldOut, MnistData, load_mnist, split_iris
from grader.checking.draw import derive
from grader.checking.plugin import NEUTRAL, CheckContext, CheckRunner, check_result
from grader.checking.process import AnySandbox, Budget, LoadRequest, StudentProcess
from grader.course.assignment import Assignment, imports_of
from grader.course.sources import SHIPPED, digest_of, private_modules, require_checks, test_files
from grader.course.submission import Submission, content_digest
from grader.result import (
    AssignmentResult,
    CheckResult,
    Environment,
    Feedback,
    SubmissionResult,
    Verdict,
    assignment_verdict,
)
from grader.sandbox.host.sandbox import Limits
from grader.stopwatch import Stopwatch

HIDDEN = SHIPPED
IRIS_SPLITS = 5
WORKER_SEEDS = (101, 102, 103)
"""Trials there may be: the later ones are run where the first leave a threshold in doubt.

The seeds of the worker's generators are read by student code (`torch.initial_seed()`): they are
the same in every run, so that they say nothing about its secret."""


@dataclass(frozen=True)
class Plan:
    """What to grade with: the assignments, the checks, the secret seed below 2^256, the data.

    `checks` is the folder of hidden tests, None for public checks alone; for an assignment that it
    has none for, the shipped ones are used. `data` is the folder that holds MNIST/raw, None for the
    embedded digits.
    """

    assignments: Sequence[Assignment]
    checks: Path | None
    seed: int
    data: Path | None = None

    def files(self) -> list[Path]:
        """The test files of the plan's assignments."""
        return [path for a in self.assignments for path in test_files(a, self.checks)]

    @cached_property
    def digests(self) -> dict[str, str]:
        """Assignment → digest of all that decides its score; see `digest_of`."""
        return {a.id: digest_of(a, self.checks, self.data) for a in self.assignments}

    @cached_property
    def digest(self) -> str:
        """The same of all assignments together."""
        together = hashlib.sha256("".join(self.digests.values()).encode())
        return f"sha256:{together.hexdigest()}"

    @property
    def dataset(self) -> Literal["mnist", "digits"]:
        """The name of the data that stands for MNIST."""
        return "mnist" if self.data else "digits"

    @property
    def preload(self) -> list[str]:
        """What students of these assignments import besides torch: the less, the faster a fork."""
        return imports_of(self.assignments)

    @cached_property
    def mnist(self) -> MnistData:
        """MNIST, loaded when an assignment first needs it."""
        return load_mnist(self.data, derive(self.seed, "mnist"))

    @cached_property
    def iris(self) -> list[tuple[bytes, HeldOut]]:
        """Splits of the flowers: a student's Iris.csv, and what was held out from it."""
        [folder] = [a.folder for a in self.assignments if a.data == "iris"]
        csv = (folder / "Iris.csv").read_bytes()
        seeds = [derive(self.seed, "iris", str(n)) for n in range(IRIS_SPLITS)]
        return [split_iris(csv, seed) for seed in seeds]


def grade(
    submissions: Iterable[Submission],
    plan: Plan,
    sandbox: AnySandbox,
    *,
    now: Callable[[], datetime],
    on_result: Callable[[SubmissionResult], None],
    on_fault: Callable[[str], None],
    on_check: Callable[[CheckResult], None] = lambda _: None,
    stopwatch: Stopwatch | None = None,
) -> None:
    """Grade each submission and hand its result to `on_result` before the next is begun.

    `on_check` gets each check's result as soon as it is known.
    `on_fault` gets the traceback of each internal error, for staff.
    `stopwatch` counts the phases: collecting, fork and jail, student's import, student's answers,
    comparison, recording.

    Raises:
        ConfigurationError: a test file is wrong, the checks of a task are not worth its points, or
            the data is not there.
        SandboxError: student code cannot be run safely.
    """
    torch.set_num_threads(1)  # another number of threads sums in another order
    require_checks(plan.assignments, plan.checks)
    watch = stopwatch or Stopwatch()

    def loop(checks: CheckRunner) -> None:
        require_points(plan.assignments, checks.checks, hidden=plan.checks is not None)
        for submission in submissions:
            with watch.phase("comparison"):
                result = _grade_one(
                    submission, plan, sandbox, checks, now, on_fault, on_check, watch
                )
            with watch.phase("recording"):
                on_result(result)

    with watch.phase("collecting"):
        run_checks(plan.files(), loop, modules=private_modules(plan.checks))


def _grade_one(
    submission: Submission,
    plan: Plan,
    sandbox: AnySandbox,
    checks: CheckRunner,
    now: Callable[[], datetime],
    on_fault: Callable[[str], None],
    on_check: Callable[[CheckResult], None],
    stopwatch: Stopwatch,
) -> SubmissionResult:
    results = []
    for assignment in plan.assignments:
        if assignment.id in submission.files:
            context = _context(submission, assignment, plan, sandbox, stopwatch)
            due = assignment.due_in(UTC) if assignment.hidden_titles == "after_due" else None
            early = due is not None and now() < due
            try:
                graded = _grade_assignment(checks, context, on_check, untitled=early)
                files = {assignment.id: submission.files[assignment.id]}
                results.append(graded.model_copy(update={"digest": content_digest(files)}))
            finally:
                context.close()
            for fault in context.faults:
                on_fault(fault)
        else:
            refused = submission.refused.get(assignment.id)
            results.append(_not_graded(checks, assignment, refused))
    results = [r.model_copy(update={"judged_by": plan.digests[r.id]}) for r in results]
    return SubmissionResult(
        member=submission.member,
        digest=submission.digest,
        commit=submission.commit,
        graded_at=now(),
        submitted_at=submission.submitted_at,
        score=total(r.score for r in results),
        points=total(r.points for r in results),
        seconds=sum(r.seconds for r in results),
        environment=_environment(plan, sandbox.level.value if sandbox.level else "none"),
        assignments=tuple(results),
        notices=submission.notices,
    )


def _context(
    submission: Submission,
    assignment: Assignment,
    plan: Plan,
    sandbox: AnySandbox,
    stopwatch: Stopwatch,
) -> CheckContext:
    """The assignment's files in a jail; with Iris and MNIST, in one for each trial."""
    files = submission.files[assignment.id]
    handed = LoadRequest(
        files=files,
        module=next(iter(assignment.files)),
        seed=WORKER_SEEDS[0],
        mnist=plan.mnist.for_student if assignment.data == "mnist" else None,
    )
    limits = Limits(seconds=assignment.limits.seconds, memory_mib=assignment.limits.memory)
    budget = Budget(assignment.limits.total_seconds)
    trials: list[tuple[StudentProcess, HeldOut | None]]
    if assignment.data == "iris":
        trials = [
            (
                StudentProcess(
                    sandbox,
                    limits,
                    replace(handed, files={**files, "Iris.csv": csv}),
                    stopwatch,
                    budget,
                ),
                held_out,
            )
            for csv, held_out in plan.iris
        ]
    else:
        held_out = plan.mnist.held_out if assignment.data == "mnist" else None
        seeds = WORKER_SEEDS if assignment.data == "mnist" else WORKER_SEEDS[:1]
        trials = [
            (
                StudentProcess(sandbox, limits, replace(handed, seed=seed), stopwatch, budget),
                held_out,
            )
            for seed in seeds
        ]
    return CheckContext(assignment, trials, plan.seed)


def _grade_assignment(
    checks: CheckRunner,
    context: CheckContext,
    on_check: Callable[[CheckResult], None],
    *,
    untitled: bool,
) -> AssignmentResult:
    """The results of the checks; `untitled` holds back what hidden ones are about."""
    results: list[CheckResult] = []
    known = checks.checks.get(context.assignment.id, [])
    titles = [check.declaration.title for check in known if check.visibility == "hidden"]
    for found in checks.run(context.assignment.id, context):
        result = _untitled(found, len(results) + 1, titles) if untitled else found
        on_check(result)
        results.append(result)
    return AssignmentResult(
        id=context.assignment.id,
        verdict=assignment_verdict(results),
        score=total(r.score for r in results),
        points=total(r.points for r in results),
        seconds=sum(r.seconds for r in results),
        checks=tuple(results),
        metrics=context.metrics,
        output=context.output,
    )


def _untitled(result: CheckResult, number: int, titles: Sequence[str]) -> CheckResult:
    """A hidden check without its title and its question, as it is shown before it is due.

    `titles` are those of the hidden checks; a hint that points to one of them is left out.
    """
    if result.visibility == "public":
        return result
    title = f"Hidden check {number}"
    feedback = result.feedback
    if feedback is not None:
        points = any(one in feedback.hint for one in titles)
        hint = "" if points else feedback.hint
        feedback = feedback.model_copy(update={"asked": title, "hint": hint})
    return result.model_copy(update={"title": title, "feedback": feedback})


def _not_graded(
    checks: CheckRunner, assignment: Assignment, refused: str | None
) -> AssignmentResult:
    """An assignment that was not handed in (skipped), or whose file was refused (errored)."""
    verdict, feedback = Verdict.SKIPPED, None
    if refused is not None:
        verdict = Verdict.ERRORED
        feedback = Feedback(asked="a readable file", got=refused, diagnosis=None, hint="")
    collected = checks.checks.get(assignment.id, [])
    results = tuple(check_result(check, verdict, 0.0, 0.0, feedback) for check in collected)
    return AssignmentResult(
        id=assignment.id,
        verdict=verdict,
        score=0.0,
        points=total(r.points for r in results),
        seconds=0.0,
        checks=results,
        metrics={},
        output="",
    )


def ungraded(submission: Submission, plan: Plan, at: datetime) -> SubmissionResult:
    """The result of a submission at which the grader itself failed: nobody's fault, no score."""
    results = tuple(
        AssignmentResult(
            id=assignment.id,
            verdict=(
                Verdict.INTERNAL_ERROR if assignment.id in submission.files else Verdict.SKIPPED
            ),
            score=0.0,
            points=assignment.points,
            seconds=0.0,
            checks=(),
        )
        for assignment in plan.assignments
    )
    return SubmissionResult(
        member=submission.member,
        digest=submission.digest,
        commit=submission.commit,
        graded_at=at,
        submitted_at=submission.submitted_at,
        score=0.0,
        points=sum(r.points for r in results),
        seconds=0.0,
        environment=_environment(plan, "none"),
        assignments=results,
        notices=(*submission.notices, NEUTRAL),
    )


def _environment(plan: Plan, level: str) -> Environment:
    mnist = any(a.data == "mnist" for a in plan.assignments)
    chosen = plan.seed < 1 << 53  # so small a number is not drawn from 256 bits
    return Environment(
        grader=version("grader"),
        checks=plan.digest,
        python=platform.python_version(),
        torch=torch.__version__,
        sandbox=level,
        seed=plan.seed if chosen else None,
        secret=None if chosen else f"{plan.seed:064x}",
        dataset={"mnist": plan.dataset} if mnist else {},
    )

"""The use case: a submission goes in, a result comes out. The only file that knows the whole order.

collect the checks once → start one warm process → for each submission and each assignment:
a jailed worker with the student's file → the checks, in the host → an AssignmentResult
"""

import hashlib
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import torch

from grader.amounts import total
from grader.checking.datasets import HeldOut, MnistData, load_mnist, split_iris
from grader.checking.draw import derive_seed
from grader.checking.plugin import CheckRunner, Desk, check_result, run_checks
from grader.checking.process import AnySandbox, Handed, StudentProcess
from grader.course.assignment import Assignment, imports_of
from grader.course.submission import Submission
from grader.result import (
    AssignmentResult,
    CheckResult,
    Environment,
    Feedback,
    SubmissionResult,
    Verdict,
    assignment_verdict,
)
from grader.sandbox.host import Limits
from grader.stopwatch import Stopwatch

HIDDEN = Path(__file__).parent / "hidden"
IRIS_SPLITS = 5
MNIST_SEEDS = 3
"""Trials there may be: the later ones are run where the first leave a threshold in doubt."""


@dataclass(frozen=True)
class Plan:
    """What to grade with: the assignments, the checks, the seed, the data.

    `checks` is the folder of hidden tests, None for public checks alone. `data` is the folder
    that holds MNIST/raw, None for the embedded digits.
    """

    assignments: Sequence[Assignment]
    checks: Path | None
    seed: int
    data: Path | None = None

    def files(self) -> list[Path]:
        """The test files, public and hidden, of the plan's assignments."""
        public = [a.folder / "test_public.py" for a in self.assignments]
        hidden = [self.checks / f"test_{a.id}.py" for a in self.assignments] if self.checks else []
        return [path for path in public + hidden if path.is_file()]

    @cached_property
    def digest(self) -> str:
        """A digest of all that decides a score: the checks, the rules, the name of the data."""
        judged_on = [self.dataset for a in self.assignments if a.data == "mnist"]
        digest = hashlib.sha256("".join(judged_on).encode())
        rules = [assignment.folder / "assignment.yaml" for assignment in self.assignments]
        for path in self.files() + rules:
            content = path.read_bytes()
            digest.update(f"\0{path.parent.name}/{path.name}\0{len(content)}\0".encode() + content)
        return f"sha256:{digest.hexdigest()}"

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
        return load_mnist(self.data, derive_seed(self.seed, "mnist"))

    @cached_property
    def iris(self) -> list[tuple[bytes, HeldOut]]:
        """Splits of the flowers: a student's Iris.csv, and what was held out from it."""
        [folder] = [a.folder for a in self.assignments if a.data == "iris"]
        csv = (folder / "Iris.csv").read_bytes()
        seeds = [derive_seed(self.seed, "iris", str(n)) for n in range(IRIS_SPLITS)]
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
    `on_fault` gets the traceback of each failure of ours, for staff.
    `stopwatch` counts the phases: collecting, fork and jail, student's import, student's answers,
    comparison, recording.

    Raises:
        ConfigurationError: a test file is wrong, or the data is not there.
        SandboxError: student code cannot be run safely.
    """
    torch.set_num_threads(1)  # another number of threads sums in another order
    watch = stopwatch or Stopwatch()

    def loop(checks: CheckRunner) -> None:
        for submission in submissions:
            with watch.phase("comparison"):
                result = _grade_one(
                    submission, plan, sandbox, checks, now, on_fault, on_check, watch
                )
            with watch.phase("recording"):
                on_result(result)

    with watch.phase("collecting"):
        run_checks(plan.files(), loop)


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
            desk = _desk(submission, assignment, plan, sandbox, stopwatch)
            early = assignment.hidden_titles == "after_due" and now() < (assignment.due or now())
            try:
                results.append(_grade_assignment(checks, desk, on_check, untitled=early))
            finally:
                desk.close()
            for fault in desk.faults:
                on_fault(fault)
        else:
            refused = submission.refused.get(assignment.id)
            results.append(_not_graded(checks, assignment, refused))
    return SubmissionResult(
        member=submission.member,
        digest=submission.digest,
        commit=submission.commit,
        graded_at=now(),
        submitted_at=submission.submitted_at,
        score=total(r.score for r in results),
        points=total(r.points for r in results),
        seconds=sum(r.seconds for r in results),
        environment=_environment(plan, sandbox),
        assignments=tuple(results),
        notices=submission.notices,
    )


def _desk(
    submission: Submission,
    assignment: Assignment,
    plan: Plan,
    sandbox: AnySandbox,
    stopwatch: Stopwatch,
) -> Desk:
    """The assignment's files in a jail; with Iris and MNIST, in one for each trial."""
    files = submission.files[assignment.id]
    handed = Handed(
        files=files,
        module=next(iter(assignment.files)),
        seed=derive_seed(plan.seed, "worker", assignment.id),
        mnist=plan.mnist.for_student if assignment.data == "mnist" else None,
    )
    limits = Limits(seconds=assignment.limits.seconds, memory_mib=assignment.limits.memory)
    trials: list[tuple[StudentProcess, HeldOut | None]]
    if assignment.data == "iris":
        trials = [
            (
                StudentProcess(
                    sandbox,
                    limits,
                    replace(handed, files={**files, "Iris.csv": csv}),
                    stopwatch,
                ),
                held_out,
            )
            for csv, held_out in plan.iris
        ]
    else:
        held_out = plan.mnist.held_out if assignment.data == "mnist" else None
        seeds = [handed.seed]
        if assignment.data == "mnist":
            seeds += [derive_seed(handed.seed, str(n)) for n in range(1, MNIST_SEEDS)]
        trials = [
            (StudentProcess(sandbox, limits, replace(handed, seed=seed), stopwatch), held_out)
            for seed in seeds
        ]
    return Desk(assignment, trials, plan.seed)


def _grade_assignment(
    checks: CheckRunner,
    desk: Desk,
    on_check: Callable[[CheckResult], None],
    *,
    untitled: bool,
) -> AssignmentResult:
    """The results of the checks; `untitled` holds back what hidden ones are about."""
    results: list[CheckResult] = []
    known = checks.checks.get(desk.assignment.id, [])
    titles = [check.declaration.title for check in known if check.visibility == "hidden"]
    for found in checks.run(desk.assignment.id, desk):
        result = _untitled(found, len(results) + 1, titles) if untitled else found
        on_check(result)
        results.append(result)
    return AssignmentResult(
        id=desk.assignment.id,
        verdict=assignment_verdict(results),
        score=total(r.score for r in results),
        points=total(r.points for r in results),
        seconds=sum(r.seconds for r in results),
        checks=tuple(results),
        metrics=desk.metrics,
        output=desk.output,
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


def _environment(plan: Plan, sandbox: AnySandbox) -> Environment:
    mnist = any(a.data == "mnist" for a in plan.assignments)
    return Environment(
        grader=version("grader"),
        checks=plan.digest,
        python=platform.python_version(),
        torch=torch.__version__,
        sandbox=sandbox.level.value if sandbox.level else "none",
        seed=plan.seed,
        dataset={"mnist": plan.dataset} if mnist else {},
    )

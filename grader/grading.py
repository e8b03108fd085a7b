"""Grading is a function: a submission goes in, a result comes out. Here is the whole order.

collect the checks once → for each submission and each assignment: a jailed worker with the
student's file → the checks, in the host → an AssignmentResult

    grader = Grader(plan, sandbox, now=now)
    result = grader.grade(submission).result
"""

import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version

import torch

from grader.amounts import total
from grader.checking.collection import collect_checks, require_points
from grader.checking.plugin import NEUTRAL, CheckContext, check_result
from grader.checking.process import AnySandbox, Budget, LoadRequest, StudentProcess
from grader.course.assignment import Assignment
from grader.course.sources import private_modules, require_checks
from grader.course.submission import Submission, content_digest
from grader.plan import Plan
from grader.result import (
    SAME_FAULT,
    UNTITLED,
    AssignmentResult,
    CheckResult,
    Environment,
    Feedback,
    Graded,
    SubmissionResult,
    Verdict,
    assignment_verdict,
)
from grader.sandbox.host.sandbox import Limits
from grader.stopwatch import Stopwatch


class Grader:
    """Grades submissions by one plan, in one open sandbox.

    Args:
        plan: what to grade with.
        sandbox: open; it stays the caller's.
        now: the clock.
        stopwatch: counts the phases: collecting, fork and jail, student's import, student's
            answers, comparison.

    Raises:
        ConfigurationError: a test file is wrong, the checks of a task are not worth its points, or
            the data is not there.
    """

    def __init__(
        self,
        plan: Plan,
        sandbox: AnySandbox,
        *,
        now: Callable[[], datetime],
        stopwatch: Stopwatch | None = None,
    ) -> None:
        torch.set_num_threads(1)  # another number of threads sums in another order
        require_checks(plan.assignments, plan.checks)
        self.plan = plan
        self.sandbox = sandbox
        self.now = now
        self.stopwatch = stopwatch or Stopwatch()
        with self.stopwatch.phase("collecting"):
            self.checks = collect_checks(plan.files(), modules=private_modules(plan.checks))
            require_points(plan.assignments, self.checks.of, hidden=plan.checks is not None)

    def grade(self, submission: Submission) -> Graded:
        """The result of a submission.

        Raises:
            SandboxError: student code cannot be run safely.
        """
        runs = [
            AssignmentRun(self, submission, one)
            for one in self.plan.assignments
            if one.id not in submission.left_out
        ]
        with self.stopwatch.phase("comparison"):
            results = tuple(run.finish() for run in runs)
        level = self.sandbox.level.value if self.sandbox.level else "none"
        result = _submission_result(submission, self.plan, results, self.now(), level)
        notices = (*result.notices, *(notice for run in runs for notice in run.notices))
        result = result.model_copy(update={"notices": notices})
        return Graded(result, tuple(fault for run in runs for fault in run.faults))


class AssignmentRun:
    """One assignment of a submission: iterate over its checks' results, then read `result`.

    `faults` are the tracebacks of our own failures, `notices` what the student should know. An
    assignment that was not handed in (skipped), or whose file was refused (errored), runs nothing.
    """

    result: AssignmentResult

    def __init__(self, grader: Grader, submission: Submission, assignment: Assignment) -> None:
        self.faults: list[str] = []
        self.notices: list[str] = []
        self._grader = grader
        self._submission = submission
        self._assignment = assignment
        self._held_back = self._titles_held_back()

    def __iter__(self) -> Iterator[CheckResult]:
        grader, assignment = self._grader, self._assignment
        if assignment.id not in self._submission.files:
            self.result = self._not_graded(self._submission.refused.get(assignment.id))
            yield from self.result.checks
            return
        context = open_context(
            self._submission, assignment, grader.plan, grader.sandbox, grader.stopwatch
        )
        results: list[CheckResult] = []
        try:
            for found in grader.checks.run(assignment.id, context):
                results.append(self._shown(found, len(results) + 1))
                yield results[-1]
            files = {assignment.id: self._submission.files[assignment.id]}
            self.result = AssignmentResult(
                id=assignment.id,
                verdict=assignment_verdict(results),
                score=total(r.score for r in results),
                points=total(r.points for r in results),
                seconds=sum(r.seconds for r in results),
                checks=tuple(results),
                metrics=context.metrics,
                output=context.output,
                digest=content_digest(files),
                judged_by=grader.plan.digests[assignment.id],
            )
        finally:
            self.faults = context.faults
            if ignored := context.trials[0][0].ignored:
                self.notices.append(
                    f"{assignment.id}: plots and bars are not drawn where your code is graded "
                    f"({', '.join(ignored)}). That costs no points."
                )
            context.close()

    def finish(self) -> AssignmentResult:
        """Run all checks."""
        for _ in self:
            pass
        return self.result

    def _not_graded(self, refused: str | None) -> AssignmentResult:
        verdict = Verdict.SKIPPED if refused is None else Verdict.ERRORED
        collected = self._grader.checks.of[self._assignment.id]
        same = f"{SAME_FAULT} “{collected[0].declaration.title}”"
        results = tuple(
            self._shown(check_result(
                check, verdict, 0.0, 0.0,
                Feedback(asked="a readable file", got=same if n else refused, hint="")
                if refused is not None else None,
            ), n + 1)
            for n, check in enumerate(collected)
        )  # fmt: skip
        return AssignmentResult(
            id=self._assignment.id,
            verdict=verdict,
            score=0.0,
            points=total(r.points for r in results),
            seconds=0.0,
            checks=results,
            judged_by=self._grader.plan.digests[self._assignment.id],
        )

    def _titles_held_back(self) -> list[str]:
        """The titles of hidden checks that nobody may read yet."""
        assignment = self._assignment
        if assignment.hidden_titles != "after_due":
            return []
        due = assignment.due_in(UTC)
        if due is not None and self._grader.now() >= due:
            return []
        known = self._grader.checks.of[assignment.id]
        return [check.declaration.title for check in known if check.visibility == "hidden"]

    def _shown(self, result: CheckResult, number: int) -> CheckResult:
        """The result, without what may not be read yet; `number`: its place."""
        return _untitled(result, number, self._held_back) if self._held_back else result


def open_context(
    submission: Submission,
    assignment: Assignment,
    plan: Plan,
    sandbox: AnySandbox,
    stopwatch: Stopwatch,
) -> CheckContext:
    """The assignment's files in a jail for each trial of its data set."""
    limits = Limits(seconds=assignment.limits.seconds, memory_mib=assignment.limits.memory)
    budget = Budget(assignment.limits.total_seconds)
    trials = []
    for trial in plan.trials(assignment):
        request = LoadRequest(
            files={**submission.files[assignment.id], **trial.files},
            module=next(iter(assignment.files)),
            seed=trial.seed,
            stand_in=trial.stand_in,
            ignored=assignment.ignored,
        )
        process = StudentProcess(sandbox, limits, request, stopwatch, budget)
        trials.append((process, trial.held_out))
    return CheckContext(assignment, trials, plan.seed)


def _untitled(result: CheckResult, number: int, titles: list[str]) -> CheckResult:
    """A hidden check without its name, title and question, as it is shown before it is due.

    `titles` are those of the hidden checks; a hint that points to one of them is left out.
    """
    if result.visibility == "public":
        return result
    title = f"{UNTITLED} {number}"
    feedback = result.feedback
    if feedback is not None:
        texts = feedback.model_dump()
        for one in titles:  # of the check that tells of the same fault
            texts = {
                name: text and text.replace(f"“{one}”", "another") for name, text in texts.items()
            }
        points = any(one in feedback.hint for one in titles)
        texts |= {"asked": title, "hint": "" if points else texts["hint"]}
        feedback = Feedback(**texts)
    name = f"{result.id.partition('.')[0]}.hidden_{number}"
    return result.model_copy(update={"id": name, "title": title, "feedback": feedback})


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
        if assignment.id not in submission.left_out
    )
    graded = _submission_result(submission, plan, results, at, "none")
    return graded.model_copy(update={"notices": (*submission.notices, NEUTRAL)})


def _submission_result(
    submission: Submission,
    plan: Plan,
    results: tuple[AssignmentResult, ...],
    at: datetime,
    level: str,
) -> SubmissionResult:
    return SubmissionResult(
        member=submission.member,
        digest=submission.digest,
        commit=submission.commit,
        graded_at=at,
        submitted_at=submission.submitted_at,
        score=total(r.score for r in results),
        points=total(r.points for r in results),
        seconds=sum(r.seconds for r in results),
        environment=_environment(plan, level),
        assignments=results,
        notices=submission.notices,
    )


def _environment(plan: Plan, level: str) -> Environment:
    chosen = plan.seed < 1 << 53  # so small a number is not drawn from 256 bits
    return Environment(
        grader=version("grader"),
        checks=plan.digest,
        python=platform.python_version(),
        torch=torch.__version__,
        sandbox=level,
        seed=plan.seed if chosen else None,
        secret=None if chosen else f"{plan.seed:064x}",
        dataset=plan.dataset,
    )

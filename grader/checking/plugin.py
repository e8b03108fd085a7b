"""The pytest plugin: collects the checks once and runs them on one submission after another.

pytest is given the test files and this plugin, and collects only (see `collection.collect_checks`).
Each item is run by pytest's own protocol afterwards, as often as there are submissions.
"""

import traceback
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from grader.amounts import earned
from grader.checking.crash import explain_crash
from grader.checking.datasets import HeldOut
from grader.checking.diagnosis.crash_kinds import KINDS
from grader.checking.draw import Draw, derive
from grader.checking.failure import Failure
from grader.checking.marks import Check, declared
from grader.checking.process import StudentProcess
from grader.checking.student import Student
from grader.course.assignment import Assignment
from grader.errors import ConfigurationError, SandboxError
from grader.result import SAME_FAULT, CheckResult, Feedback, Verdict

NEUTRAL = "The grader itself failed here. This costs you nothing; the staff has been told."

Visibility = Literal["public", "hidden"]


@dataclass
class CheckContext:
    """One assignment of one submission, ready to be checked."""

    assignment: Assignment
    trials: Sequence[tuple[StudentProcess, HeldOut | None]]
    """The student's code in jails of its own, each with the examples held out from it."""
    seed: int
    metrics: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """Tracebacks of our own failures, for staff."""
    reported: dict[str, str] = field(default_factory=dict)
    """Faults and diagnoses that were told already → the title of the check that tells them."""

    @property
    def output(self) -> str:
        """What the student's code printed in the first trial; the others repeat it."""
        return self.trials[0][0].output

    def close(self) -> None:
        """End all processes."""
        for process, _ in self.trials:
            process.close()


@dataclass(frozen=True)
class CollectedCheck:
    """A pytest test, and what it declares."""

    item: pytest.Item
    assignment: str
    name: str
    visibility: Visibility
    declaration: Check

    @property
    def id(self) -> str:
        """The check's id in results: assignment and name."""
        return f"{self.assignment}.{self.name}"


class CheckRunner:
    """Runs collected checks; the pytest side of grading.

    Args:
        modules: in its context the checks can import what is theirs.
    """

    def __init__(self, modules: AbstractContextManager[object]) -> None:
        self.of: dict[str, list[CollectedCheck]] = {}
        """Assignment → its checks in the order of its tasks, the public ones first."""
        self.modules = modules
        self.error: ConfigurationError | None = None
        self._context: CheckContext | None = None
        self._current: CollectedCheck | None = None
        self._order = Draw(0)
        self._raised: BaseException | None = None
        self._seconds = 0.0

    def run(self, assignment: str, context: CheckContext) -> Iterator[CheckResult]:
        """Run the checks of one assignment, yielding each result as it is known."""
        checks = self.of.get(assignment, [])
        followers = [check.item for check in checks[1:]]
        with self.modules:
            for check, following in zip(checks, [*followers, None], strict=True):
                self._context, self._current = context, check
                self._raised, self._seconds = None, 0.0
                self._order = Draw(derive(context.seed, "order", check.id))
                check.item.ihook.pytest_runtest_protocol(item=check.item, nextitem=following)
                if isinstance(self._raised, SandboxError | KeyboardInterrupt):
                    raise self._raised
                yield self._result(check, self._raised, context)

    def _result(
        self, check: CollectedCheck, raised: BaseException | None, context: CheckContext
    ) -> CheckResult:
        verdict, share, feedback = Verdict.PASSED, 1.0, None
        if isinstance(raised, Failure):
            verdict, share = raised.verdict, raised.share
            feedback = _feedback(raised, check, context.reported)
        elif raised is not None:
            verdict, share = Verdict.INTERNAL_ERROR, 0.0
            feedback = Feedback(asked=check.declaration.title, got=NEUTRAL, diagnosis=None, hint="")
            context.faults.append("".join(traceback.format_exception(raised)))
        return check_result(check, verdict, share, self._seconds, feedback)

    # What follows is called by pytest.

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the mark that declares a check."""
        config.addinivalue_line("markers", "check(declaration): a graded check")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be imported is our failure, told in one sentence."""
        if report.failed:
            last = str(report.longrepr).strip().splitlines()[-1]
            self.error = ConfigurationError(f"{report.nodeid}: cannot be collected: {last}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Sort the checks by assignment and task."""
        found: dict[str, list[CollectedCheck]] = defaultdict(list)
        for item in session.items:
            if (declaration := declared(item)) is None:
                self.error = ConfigurationError(f"{item.nodeid}: the test has no @check(...)")
                return
            public = item.path.stem == "test_public"
            assignment = item.path.parent.name if public else item.path.stem.removeprefix("test_")
            name = item.name.removeprefix("test_")
            visibility: Visibility = "public" if public else "hidden"
            if any(check.name == name for check in found[assignment]):
                self.error = ConfigurationError(f"{item.nodeid}: two checks have this name")
                return
            found[assignment].append(
                CollectedCheck(item, assignment, name, visibility, declaration)
            )
        for checks in found.values():
            checks.sort(key=lambda check: (check.declaration.task, check.visibility == "hidden"))
        self.of = dict(found)

    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Keep the first exception and the time of a check.

        pytest's own report would hold a formatted traceback, which costs more than most checks.
        """
        self._seconds += call.duration
        if call.excinfo is not None and self._raised is None:
            self._raised = call.excinfo.value
        assert call.when != "collect"  # that has a report of another kind
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    @pytest.fixture
    def student(self) -> Student:
        """The student's code, under the rules of the check's task."""
        context, _ = self._running()
        return self._student(context.trials[0][0])

    @pytest.fixture
    def draw(self) -> Draw:
        """Random inputs of this check's own."""
        context, check = self._running()
        return Draw(derive(context.seed, "inputs", check.id))

    @pytest.fixture
    def held_out(self) -> HeldOut:
        """The examples held out from `student`, as its data set has them."""
        return self._trials()[0][1]

    @pytest.fixture
    def trials(self) -> list[tuple[Student, HeldOut]]:
        """The student's code in one trial of its data set after another, the first one first."""
        return self._trials()

    @pytest.fixture
    def metrics(self) -> dict[str, Any]:
        """Figures to report beside the score, such as the accuracy."""
        return self._running()[0].metrics

    def _student(self, process: StudentProcess) -> Student:
        context, check = self._running()
        forbidden = context.assignment.forbidden.get(check.declaration.task, ())
        return Student(process, self._order, forbidden)

    def _trials(self) -> list[tuple[Student, HeldOut]]:
        context, _ = self._running()
        trials = [(self._student(process), held) for process, held in context.trials if held]
        assert trials, "assignment.yaml names no data"
        return trials

    def _running(self) -> tuple[CheckContext, CollectedCheck]:
        assert self._context is not None
        assert self._current is not None
        return self._context, self._current


def _feedback(failure: Failure, check: CollectedCheck, reported: dict[str, str]) -> Feedback:
    """What the student reads; values and evidence are for public checks alone.

    A fault is told once, where it shows first: `reported` has the title of that check. What to try
    belongs to the fault that happened: the check's own hint is for a fault that nothing explains.
    """
    public = check.visibility == "public"
    title = check.declaration.title
    got, diagnosis, hint = failure.got, failure.diagnosis, failure.hint or ""
    if failure.crash is not None and not diagnosis:
        diagnosis, hint = explain_crash(failure.crash, KINDS)
    stopped = failure.verdict not in (Verdict.FAILED, Verdict.FORBIDDEN, Verdict.NOT_IMPLEMENTED)
    crash = failure.crash
    fault = f"{failure.asked}: {got}" if crash is None else f"{crash.type} in line {crash.line}"
    if stopped and (first := reported.setdefault(fault, title)) != title:
        return Feedback(asked=failure.asked, got=f"{SAME_FAULT} “{first}”", hint="")
    if public and failure.values:
        got = f"{failure.values} ({got.removeprefix('wrong: ')})"
    if diagnosis is None and failure.hint is None and not stopped:
        hint = check.declaration.hint
    elif diagnosis is not None and not stopped:
        if (first := reported.setdefault(diagnosis, title)) != title:
            diagnosis, hint = f"The same mistake as in “{first}”.", ""
        elif public and failure.evidence:
            diagnosis = failure.evidence + diagnosis[0].lower() + diagnosis[1:]
    return Feedback(asked=failure.asked, got=got, diagnosis=diagnosis, hint=hint)


def check_result(
    check: CollectedCheck,
    verdict: Verdict,
    share: float,
    seconds: float,
    feedback: Feedback | None,
) -> CheckResult:
    """The record of one check that earned `share` of its points, to the hundredth of a point."""
    declaration = check.declaration
    return CheckResult(
        id=check.id,
        task=declaration.task,
        title=declaration.title,
        verdict=verdict,
        score=earned(declaration.points, share),
        points=declaration.points,
        visibility=check.visibility,
        seconds=seconds,
        feedback=feedback,
    )

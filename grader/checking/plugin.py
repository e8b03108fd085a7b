"""The pytest plugin: collects the checks once and runs them on one submission after another.

pytest is given the test files and this plugin (see `collection.run_checks`). Where pytest would run
each test once, the plugin hands control to a loop of the caller's, which asks for the checks of one
assignment at a time.
"""

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from _pytest.runner import runtestprotocol

from grader.amounts import earned
from grader.checking.datasets import HeldOut
from grader.checking.diagnosis.errors import explain_exception
from grader.checking.draw import Draw, derive
from grader.checking.failure import Failure
from grader.checking.marks import Check, declared
from grader.checking.process import StudentProcess
from grader.checking.student import Student
from grader.course.assignment import Assignment
from grader.errors import ConfigurationError, SandboxError
from grader.result import CheckResult, Feedback, Verdict

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
    reported_diagnoses: set[str] = field(default_factory=set)
    """The diagnoses that were told already."""

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
    """Runs collected checks; the pytest side of grading."""

    def __init__(self, loop: Callable[["CheckRunner"], None]) -> None:
        self.checks: dict[str, list[CollectedCheck]] = {}
        self.error: BaseException | None = None
        self.ran = False
        self._loop = loop
        self._context: CheckContext | None = None
        self._current: CollectedCheck | None = None
        self._order = Draw(0)
        self._raised: BaseException | None = None
        self._seconds = 0.0

    def run(self, assignment: str, context: CheckContext) -> Iterator[CheckResult]:
        """Run the checks of one assignment, yielding each result as it is known."""
        checks = self.checks.get(assignment, [])
        followers = [check.item for check in checks[1:]]
        for check, following in zip(checks, [*followers, None], strict=True):
            self._context, self._current, self._raised, self._seconds = context, check, None, 0.0
            self._order = Draw(derive(context.seed, "order", check.id))
            runtestprotocol(check.item, log=False, nextitem=following)
            if isinstance(self._raised, SandboxError | KeyboardInterrupt):
                raise self._raised
            yield self._result(check, self._raised, context)

    def _result(
        self, check: CollectedCheck, raised: BaseException | None, context: CheckContext
    ) -> CheckResult:
        verdict, share, feedback = Verdict.PASSED, 1.0, None
        if isinstance(raised, Failure):
            verdict, share = raised.verdict, raised.share
            feedback = _feedback(raised, check, context.reported_diagnoses)
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
        self.checks = dict(found)

    def pytest_runtestloop(self) -> bool:
        """Hand control to the caller's loop."""
        if self.error is None:
            self.ran = True
            try:
                self._loop(self)
            except BaseException as error:
                self.error = error
        return True

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
    def iris(self) -> HeldOut:
        """The flowers held out from `student`: features (45, 4) in cm, labels (45,)."""
        return self._trials()[0][1]

    @pytest.fixture
    def iris_trials(self) -> list[tuple[Student, HeldOut]]:
        """The student's code with one split of the flowers after another, the first one first."""
        return self._trials()

    @pytest.fixture
    def mnist(self) -> HeldOut:
        """Held-out images (N, 28, 28) uint8, labels (N,)."""
        return self._trials()[0][1]

    @pytest.fixture
    def mnist_trials(self) -> list[tuple[Student, HeldOut]]:
        """The student's code with one seed of the global generators after another."""
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


def _feedback(failure: Failure, check: CollectedCheck, reported_diagnoses: set[str]) -> Feedback:
    """What the student reads; values and evidence are for public checks alone."""
    public = check.visibility == "public"
    got, diagnosis = failure.got, failure.diagnosis
    if failure.verdict is Verdict.ERRORED and not diagnosis:
        diagnosis = explain_exception(got)
    if public and failure.values:
        got = f"{failure.values} ({got.removeprefix('wrong: ')})"
    hint = check.declaration.hint if failure.hint is None else failure.hint
    if diagnosis in reported_diagnoses:
        hint = ""  # it belongs to another property than the one mistake that shows here again
    if diagnosis:
        reported_diagnoses.add(diagnosis)
        if public and failure.evidence:
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

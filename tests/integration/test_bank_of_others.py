"""Submissions of people who knew the handouts alone: explained, named, and right ones accepted.

The images of MNIST are served in these as the embedded digits: what is asked is not the accuracy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from diagnoses import named

from grader.cli.common import now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.plan import HIDDEN, Plan
from grader.pools.parallel import grade_in_parallel
from grader.result import AssignmentResult, Verdict

CHECKOUT = Path(__file__).parents[2]
BANK = CHECKOUT / "tests" / "bank"
SEED = 20261126


@dataclass(frozen=True)
class Case:
    """One submission, and what is true about it."""

    kind: str
    assignment: str
    name: str
    truth: dict[str, Any]
    files: dict[str, bytes]

    @property
    def id(self) -> str:
        """Where it lies in the bank."""
        return f"{self.kind}/{self.assignment}/{self.name}"


def cases() -> Iterator[Case]:
    """The whole bank, in a fixed order."""
    for path in sorted(BANK.glob("*/*/*/truth.yaml")):
        kind, assignment, name, _ = path.relative_to(BANK).parts
        truth = yaml.safe_load(path.read_text(encoding="utf-8"))
        files = {file.name: file.read_bytes() for file in path.parent.glob("*.py")}
        yield Case(kind, assignment, name, truth, files)


CASES = {case.id: case for case in cases()}
CRASHES = [name for name, case in CASES.items() if case.kind == "crash"]
MISTAKES = [name for name, case in CASES.items() if case.kind not in ("crash", "style")]
STYLES = [name for name, case in CASES.items() if case.kind == "style"]


@pytest.fixture(scope="module")
def graded() -> dict[str, AssignmentResult]:
    """The results by the cases' ids."""
    plan = Plan(load_assignments(CHECKOUT / "assignments"), HIDDEN, SEED)
    submissions = [Submission(member=c.id, files={c.assignment: c.files}) for c in CASES.values()]
    results = {}
    for one in grade_in_parallel(
        submissions, plan, 2, denied_paths=[HIDDEN.parent, CHECKOUT / "tests"], now=now
    ):
        assert not one.faults, one.faults[0]
        [handed_in] = [a for a in one.result.assignments if a.verdict is not Verdict.SKIPPED]
        results[one.result.member or ""] = handed_in
    return results


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_is_explained(name: str, graded: dict[str, AssignmentResult]) -> None:
    """What a person has read and found true is told once, and no hint leads astray."""
    wrong = [check for check in graded[name].checks if check.verdict is not Verdict.PASSED]
    assert wrong
    told = [check.feedback.diagnosis for check in wrong if check.feedback]
    if said := CASES[name].truth.get("said"):
        assert said in told
    crashed = [c.feedback for c in wrong if c.verdict is Verdict.ERRORED and c.feedback]
    for feedback in crashed:
        assert feedback.repeats or (feedback.diagnosis and feedback.hint) or not feedback.hint


def test_crashes_are_explained(record_property: Any) -> None:
    """Of those that nobody here wrote nearly all; the share is shown."""
    explained = sum("said" in CASES[name].truth for name in CRASHES)
    assert explained >= 0.9 * len(CRASHES)
    record_property("shown", f"{explained} of {len(CRASHES)} crashes of others are explained.")


def test_mistakes_are_named(graded: dict[str, AssignmentResult], record_property: Any) -> None:
    """What a person has found true of each is told, and nothing else; the shares are shown."""
    told = {name: (CASES[name].truth["named"], named(graded[name])) for name in MISTAKES}
    changed = {name: found for name, (wanted, found) in told.items() if found != set(wanted)}
    assert not changed
    for assignment in sorted({CASES[name].assignment for name in MISTAKES}):
        own = [name for name in MISTAKES if CASES[name].assignment == assignment]
        fully = sum(CASES[name].truth.get("fully", True) for name in own)
        record_property(
            "shown", f"Mistakes of others in {assignment}: {len(own)}; fully named: {fully}"
        )


@pytest.mark.parametrize("name", STYLES)
def test_a_right_style_gets_full_points(name: str, graded: dict[str, AssignmentResult]) -> None:
    """However it is written, and whatever it draws or prints."""
    result = graded[name]
    wrong = [(c.title, c.feedback) for c in result.checks if c.verdict is not Verdict.PASSED]
    assert not wrong

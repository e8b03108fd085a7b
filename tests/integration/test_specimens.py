"""Specimens decide whether the checks are right: each gets just the verdicts it is stored with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from diagnoses import named, share
from specimens import Specimen, read_specimens

from grader.cli.common import now
from grader.course.assignment import Assignment, load_assignments
from grader.course.submission import read_submission
from grader.plan import HIDDEN, Plan
from grader.pools.parallel import grade_in_parallel
from grader.result import AssignmentResult, Verdict

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
SPECIMENS = list(read_specimens())
SEED = 12345
"""Fixed, because some wrong solutions for Iris get through a check with some splits."""

SHORT = 3.0
"""Seconds for specimens that never end, which would otherwise cost minutes."""

Graded = dict[str, AssignmentResult]


def shortened(assignment: Assignment) -> Assignment:
    """The assignment with little time."""
    limits = assignment.limits.model_copy(update={"seconds": SHORT})
    return assignment.model_copy(update={"limits": limits})


@pytest.fixture(scope="module")
def graded() -> Graded:
    """The results of all specimens by their id, graded as a cohort is."""
    assignments = load_assignments(ASSIGNMENTS)
    results: dict[str, AssignmentResult] = {}

    endless = [s for s in SPECIMENS if s.verdict == "timed_out"]
    others = [s for s in SPECIMENS if s.verdict != "timed_out"]
    for specimens, known in (
        (others, assignments),
        (endless, [shortened(a) for a in assignments]),
    ):
        for one in grade_in_parallel(
            [specimen.submission() for specimen in specimens],
            Plan(known, HIDDEN, SEED),
            2,
            denied_paths=[HIDDEN.parent, ASSIGNMENTS.parent / "tests"],
            now=now,
        ):
            assert not one.faults, one.faults[0]
            [handed_in] = [a for a in one.result.assignments if a.verdict is not Verdict.SKIPPED]
            results[one.result.member or ""] = handed_in
    return results


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.id)
def test_verdicts(specimen: Specimen, graded: Graded) -> None:
    """A specimen gets its folder's verdict, and fails exactly the checks it is stored with."""
    result = graded[specimen.id]
    missed = {
        check.id.partition(".")[2]: check.verdict.value
        for check in result.checks
        if check.verdict is not Verdict.PASSED
    }
    assert (result.verdict, missed) == (specimen.verdict, specimen.checks)


def test_mistakes_are_named(graded: Graded, record_property: Callable[[str, object], None]) -> None:
    """Of the specimens that run and are wrong 95 % are named, and nothing else is told of any."""
    told = {s.id: (s.diagnosis, named(graded[s.id])) for s in SPECIMENS}
    wrong = [s.id for s in SPECIMENS if s.verdict == "failed" or s.diagnosis]
    found = share({name: told[name] for name in wrong})
    record_property("shown", f"Mistakes written by hand: {found}")
    assert not found.false
    assert found.right >= 0.95 * found.number
    others = {name: names for name, (_, names) in told.items() if name not in wrong and names}
    assert not others


def test_every_check_is_failed_by_a_specimen(graded: Graded) -> None:
    """Each check has the wrong solution it catches: one whose code runs, not one that crashes."""
    checks = {check.id for result in graded.values() for check in result.checks}
    failed = {
        check.id
        for result in graded.values()
        for check in result.checks
        if check.verdict in (Verdict.FAILED, Verdict.FORBIDDEN)
        or (check.verdict is Verdict.ERRORED and result.score > result.points / 2)
    }
    assert checks == failed


def test_every_assignment_has_a_reference_and_eight_wrong_solutions() -> None:
    """Each assignment has its reference solution, and at least eight that are wrong."""
    for assignment in load_assignments(ASSIGNMENTS):
        own = [s for s in SPECIMENS if s.assignment == assignment.id]
        assert sum(s.name == "reference" and s.verdict == "passed" for s in own) == 1
        assert sum(s.verdict != "passed" for s in own) >= 8


def test_specimens_need_feedback(graded: Graded) -> None:
    """Whatever does not pass says what was asked and what came."""
    for name, result in graded.items():
        for check in result.checks:
            if check.verdict is not Verdict.PASSED:
                assert check.feedback, (name, check.id)
                assert check.feedback.asked, (name, check.id)
                assert check.feedback.got, (name, check.id)


def test_the_digest_of_a_specimen_is_that_of_its_folder(tmp_path: Path) -> None:
    """A specimen read as a specimen is the submission that a student would hand in."""
    specimen = SPECIMENS[0]
    folder = tmp_path / specimen.assignment
    folder.mkdir()
    for name, content in specimen.files.items():
        (folder / name).write_bytes(content)
    read = read_submission(tmp_path, load_assignments(ASSIGNMENTS))
    assert read.digest == specimen.submission().digest

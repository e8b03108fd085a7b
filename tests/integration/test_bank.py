"""The bank of mistakes: what is told about wrong solutions, and nothing about right ones.

Hand-written mistakes are specimens, and judged where those are graded (`test_specimens`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from diagnoses import named, share
from specimens import FOLDER, Specimen, read_specimens

from grader.cli.common import now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.plan import HIDDEN, Plan
from grader.pools.parallel import grade_in_parallel
from grader.result import AssignmentResult, Verdict

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
SEED = 20261121
"""Another seed than that of the specimens' test: a diagnosis must not hang on one draw."""


@dataclass(frozen=True)
class Case:
    """A solution, and the names of the mistakes that must be told about it."""

    assignment: str
    name: str
    source: str
    expected: frozenset[str]

    @property
    def id(self) -> str:
        """Its assignment and name."""
        return f"{self.assignment}/{self.name}"


def references() -> dict[str, Specimen]:
    """The reference solution of each assignment."""
    return {s.assignment: s for s in read_specimens() if s.id.endswith("passed/reference")}


def read(name: str) -> dict[str, Any]:
    """A file of the bank."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def mutants() -> Iterator[Case]:
    """Reference solutions with one small edit each."""
    for assignment, edits in read("mutants.yaml").items():
        [source] = references()[assignment].files.values()
        for edit in edits:
            text = source.decode()
            assert text.count(edit["old"]) >= 1, (assignment, edit["name"])
            names = edit["diagnosis"]
            expected = frozenset([names] if isinstance(names, str) else names)
            yield Case(assignment, edit["name"], text.replace(edit["old"], edit["new"]), expected)


def variants() -> Iterator[Case]:
    """Correct solutions in many styles."""
    for assignment, sources in read("variants.yaml").items():
        [reference] = references()[assignment].files.values()
        for name, source in sources.items():
            yield Case(assignment, name, f"{reference.decode()}\n\n{source}", frozenset())


WRONG = list(mutants())
RIGHT = list(variants())


@pytest.fixture(scope="module")
def graded() -> dict[str, AssignmentResult]:
    """The results of all cases by their number."""
    known = load_assignments(ASSIGNMENTS)
    results: dict[str, AssignmentResult] = {}

    files = {a.id: next(iter(a.files)) for a in known}
    for one in grade_in_parallel(
        [
            Submission(
                member=str(n), files={c.assignment: {files[c.assignment]: c.source.encode()}}
            )
            for n, c in enumerate(WRONG + RIGHT)
        ],
        Plan(known, HIDDEN, SEED),
        2,
        denied_paths=[HIDDEN.parent, ASSIGNMENTS.parent / "tests"],
        now=now,
    ):
        assert not one.faults, one.faults[0]
        [handed_in] = [a for a in one.result.assignments if a.verdict is not Verdict.SKIPPED]
        results[one.result.member or ""] = handed_in
    return results


def test_mistakes_are_named(
    graded: dict[str, AssignmentResult], record_property: Callable[[str, object], None]
) -> None:
    """Of the wrong solutions 95 % are named rightly, and none is given another mistake's name."""
    found = share({case.id: (case.expected, named(graded[str(n)])) for n, case in enumerate(WRONG)})
    record_property("shown", f"Mistakes made by edits: {found}")
    assert found.number >= 80
    assert not found.false
    assert found.right >= 0.95 * found.number


def test_nothing_is_told_about_right_solutions(
    graded: dict[str, AssignmentResult], record_property: Callable[[str, object], None]
) -> None:
    """Correct solutions in other styles score full, and no mistake is told."""
    results = [(case, graded[str(n)]) for n, case in enumerate(RIGHT, len(WRONG))]
    missed = {
        case.id: [
            (c.id, c.verdict.value, c.feedback and c.feedback.got)
            for c in result.checks
            if c.verdict is not Verdict.PASSED
        ]
        for case, result in results
        if result.verdict is not Verdict.PASSED
    }
    told = [case.id for case, result in results if named(result)]
    record_property(
        "shown",
        f"Right solutions: {len(RIGHT)}; not full: {missed or 0}; told a mistake: {told or 0}",
    )
    assert len(RIGHT) >= 40
    assert not missed
    assert not told

"""The linter of the teaching material: each rule catches what it is for."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.course.assignment import Assignment, load_assignments, load_sound_assignments
from grader.linting import lint_checks, lint_course, lint_material, lint_results
from grader.plan import HIDDEN, Plan
from grader.result import AssignmentResult, CheckResult, Environment, SubmissionResult, Verdict

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the assignments to spoil."""
    return shutil.copytree(ASSIGNMENTS, tmp_path / "assignments")


def softmax(course: Path) -> Assignment:
    """The first assignment as it now is."""
    return next(a for a in load_assignments(course) if a.id == "softmax")


def replaced(path: Path, old: str, new: str) -> None:
    """Replace `old`, which is there, by `new`."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_material_as_it_is_has_no_fault(course: Path) -> None:
    """What lies in assignments/ passes every rule that needs no grading."""
    assignments = load_assignments(course)
    assert [fault for a in assignments for fault in lint_material(a)] == []
    assert list(lint_course(assignments, None, course.parents[0])) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: (f / "hints.md").unlink(), "hints.md: is missing"),
        (lambda f: (f / "solution.py").touch(), "solution.py: stray file"),
        (lambda f: replaced(f / "README.md", "## Task 1:", "## Part 1:"), "has no heading"),
        (lambda f: replaced(f / "hints.md", "## Task 2", "## Task 3"), "task 2 has 0 hints"),
        (lambda f: replaced(f / "hints.md", "## Task 2", "## Task 3"), "there is no task 3"),
        (lambda f: replaced(f / "softmax.py", "TODO (task 1)", "TODO"), "has no `# TODO (task 1)"),
        (
            lambda f: replaced(f / "softmax.py", 'raise NotImplementedError("task 1', 'print("x'),
            "no NotImplementedError names task 1",
        ),
        (
            lambda f: (f / "softmax.py").write_text("def f():\n    pass\n"),
            "a hole is `pass`",
        ),
    ],
)
def test_each_rule_catches_its_fault(
    course: Path, spoil: Callable[[Path], object], said: str
) -> None:
    """A missing or stray file, a heading, hint, TODO or hole that is wrong: named with its file."""
    spoil(course / "softmax")
    assert any(said in fault for fault in lint_material(softmax(course)))


def test_points_have_to_add_up_to_what_the_course_says(course: Path) -> None:
    """The total is a line of groups.yaml; another one is a fault, no line is none."""
    known = load_assignments(course)
    total = sum(one.points for one in known)
    [fault] = lint_course(known, total + 1, course.parent)
    assert f"add up to {total:g}, but groups.yaml says points: {total + 1:g}" in fault
    assert list(lint_course(known, total, course.parent)) == []
    assert list(lint_course(known, None, course.parent)) == []


def test_what_lists_the_assignments_follows_them(course: Path) -> None:
    """ci.yml, the issue form and the table name each assignment, its points and no other."""
    checkout = course.parent
    shutil.copytree(ASSIGNMENTS.parent / ".github", checkout / ".github")
    known = load_assignments(course)
    assert list(lint_course(known, None, checkout)) == []
    [first, *others] = known
    renamed = first.model_copy(update={"id": "renamed"})
    faults = list(lint_course([renamed, *others], None, checkout))
    for said in (
        "ci.yml: assignments/renamed/softmax.py is missing in paths-ignore",
        "ci.yml: assignments/softmax/softmax.py in paths-ignore belongs to no assignment",
        "lab-question.yml: renamed is missing in the options",
        "lab-question.yml: softmax in the options belongs to no assignment",
        "README.md: the table has no row for renamed",
        "README.md: the table has a row for softmax, which is no assignment",
    ):
        assert any(said in fault for fault in faults), said
    replaced(course / "softmax" / "assignment.yaml", "points: 12", "points: 13")
    [fault] = lint_course(load_assignments(course), None, checkout)
    assert "the row of softmax must begin with 1 and end with 21" in fault


def test_every_assignment_is_looked_at(course: Path) -> None:
    """One without checks, one that cannot be read, points that do not fit: all of it is told."""
    replaced(course / "softmax" / "assignment.yaml", "points: 12", "points: 13")
    replaced(course / "iris" / "assignment.yaml", "title:", "titel:")
    fresh = course / "fresh"
    fresh.mkdir()
    rules = (course / "softmax" / "assignment.yaml").read_text().replace("order: 1", "order: 9")
    (fresh / "assignment.yaml").write_text(rules)
    known, unreadable = load_sound_assignments(course)
    assert ["iris" in fault and "titel" in fault for fault in unreadable] == [True]
    sound, faults = lint_checks(Plan(known, HIDDEN, 1))
    assert any("softmax, task 1: its checks are worth 12 points, the task 13" in f for f in faults)
    assert any("fresh: the assignment has no checks yet" in fault for fault in faults)
    assert len(faults) == 2
    assert [one.id for one in sound] == [one.id for one in known if one.id != "fresh"]
    assert sound[0].points == 20


def graded(assignment: Assignment, verdict: Verdict, **changes: object) -> SubmissionResult:
    """One check for each task, worth its points, all with one verdict."""
    checks = tuple(
        CheckResult(
            id=f"{assignment.id}.c{task.number}", task=task.number, title="t", verdict=verdict,
            score=task.points if verdict is Verdict.PASSED else 0.0, points=task.points,
            visibility="public", seconds=0.0,
        ).model_copy(update=changes)
        for task in assignment.tasks
    )  # fmt: skip
    part = AssignmentResult(id=assignment.id, verdict=verdict,
                            score=sum(c.score for c in checks), points=assignment.points,
                            seconds=0.0, checks=checks)  # fmt: skip
    environment = Environment(grader="1", checks="c", python="3", torch="2", sandbox="x", seed=1,
                              dataset={})  # fmt: skip
    return SubmissionResult(
        digest="sha256:" + "0" * 64, graded_at=datetime(2026, 11, 21, tzinfo=UTC),
        score=part.score, points=part.points, seconds=0.0, environment=environment,
        assignments=(part,),
    )  # fmt: skip


def faults(course: Path, stub: Verdict, reference: Verdict, **changes: object) -> list[str]:
    """What the linter says of these results."""
    one = softmax(course)
    stubs, references = graded(one, stub, **changes), graded(one, reference)
    return list(lint_results([one], stubs, references))


def test_right_results_have_no_fault(course: Path) -> None:
    """A stub without points and a reference with all of them are as they should be."""
    assert faults(course, Verdict.NOT_IMPLEMENTED, Verdict.PASSED) == []


def test_results_that_are_wrong_are_told(course: Path) -> None:
    """A stub that earns, a reference that fails, a task without a public check, no title."""
    assert "the stub gives passed" in faults(course, Verdict.PASSED, Verdict.PASSED)[0]
    wrong = faults(course, Verdict.NOT_IMPLEMENTED, Verdict.FAILED)
    assert "the reference solution gives failed" in wrong[0]
    stub, good = Verdict.NOT_IMPLEMENTED, Verdict.PASSED
    assert any("no public check" in f for f in faults(course, stub, good, visibility="hidden"))
    assert any("has no title" in f for f in faults(course, stub, good, title=""))


def test_a_due_date_that_is_none(course: Path) -> None:
    """A due date that cannot be read is a fault, though it stops nobody before it is needed."""
    replaced(course / "softmax" / "assignment.yaml", "due: null", "due: soon")
    faults = list(lint_material(softmax(course)))
    assert any('due: "soon" is not a date; write it as' in fault for fault in faults)

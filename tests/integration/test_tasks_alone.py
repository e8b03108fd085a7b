"""Each task stands alone: its points are earned without the others, and lost without them."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest
from specimens import read_specimens

from grader.cli.common import now
from grader.course.assignment import Assignment, load_assignments
from grader.course.submission import Submission
from grader.plan import HIDDEN, Plan
from grader.pools.parallel import grade_in_parallel
from grader.result import AssignmentResult, Verdict

CHECKOUT = Path(__file__).parents[2]
SEED = 31


@dataclass(frozen=True)
class Mixture:
    """The names of some tasks from the reference solution, all others from the stub."""

    assignment: Assignment
    tasks: frozenset[int]

    @property
    def id(self) -> str:
        """Its assignment and tasks."""
        return f"{self.assignment.id}/{'+'.join(map(str, sorted(self.tasks)))}"

    @property
    def points(self) -> float:
        """What its tasks are worth."""
        return sum(t.points for t in self.assignment.tasks if t.number in self.tasks)

    @property
    def files(self) -> dict[str, bytes]:
        """The reference under names of its own, where the stub's are to be seen, then the stub."""
        [name] = self.assignment.files
        [reference] = [
            s.files[name]
            for s in read_specimens(self.assignment.id)
            if s.id.endswith("passed/reference")
        ]
        stub = ast.parse((self.assignment.folder / name).read_text(encoding="utf-8"))
        holes = [node for node in stub.body if _task_of(node) not in self.tasks]
        left = {node.name for node in holes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        # What the reference's own functions call must stay theirs, not the stub's.
        renamed = _Renamed(left).visit(ast.parse(reference))
        return {name: "\n".join(map(ast.unparse, [renamed, *holes])).encode()}


class _Renamed(ast.NodeTransformer):
    """Gives some functions and classes names of their own, where they are made and used."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def _own(self, name: str) -> str:
        return f"_own_{name}" if name in self._names else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A use."""
        return ast.copy_location(ast.Name(self._own(node.id), node.ctx), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function."""
        node.name = self._own(node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class, and what its methods use."""
        node.name = self._own(node.name)
        return self.generic_visit(node)


def _task_of(node: ast.AST) -> int | None:
    """The task that a function or class of a stub belongs to: its error names it."""
    _, hole, rest = ast.unparse(node).partition("NotImplementedError('task ")
    return int(rest.partition(":")[0]) if hole else None


KNOWN = load_assignments(CHECKOUT / "assignments")
MIXTURES = {
    mixture.id: mixture
    for a in KNOWN
    for tasks in (
        *({task.number} for task in a.tasks),
        *({other.number for other in a.tasks} - {task.number} for task in a.tasks),
    )
    if tasks
    for mixture in [Mixture(a, frozenset(tasks))]
}


@pytest.fixture(scope="module")
def graded() -> dict[str, AssignmentResult]:
    """The results of all mixtures by their id."""
    results: dict[str, AssignmentResult] = {}

    for one in grade_in_parallel(
        [Submission(member=m.id, files={m.assignment.id: m.files}) for m in MIXTURES.values()],
        Plan(KNOWN, HIDDEN, SEED),
        2,
        denied_paths=[HIDDEN.parent, CHECKOUT / "tests"],
        now=now,
    ):
        assert not one.faults, one.faults[0]
        [handed_in] = [a for a in one.result.assignments if a.verdict is not Verdict.SKIPPED]
        results[one.result.member or ""] = handed_in
    return results


@pytest.mark.parametrize("mixture", MIXTURES)
def test_a_task_earns_its_points_whatever_the_others_are(
    mixture: str, graded: dict[str, AssignmentResult]
) -> None:
    """Tasks from the reference earn all their points beside stubs, and stubs none beside them."""
    expected, result = MIXTURES[mixture], graded[mixture]
    assert result.score == expected.points
    for check in result.checks:
        if check.task in expected.tasks:
            assert check.verdict is Verdict.PASSED, check.id
        else:
            assert check.verdict is Verdict.NOT_IMPLEMENTED, check.id

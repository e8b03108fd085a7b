"""A course made up for tests: members, groups and attempts with full results, from a seed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from grader.course.assignment import Assignment, Limits, Task
from grader.course.policy import Policy
from grader.course.roster import Group, Member, Roster
from grader.gradebook import Gradebook
from grader.result import (
    AssignmentResult,
    CheckResult,
    Environment,
    Feedback,
    SubmissionResult,
    Verdict,
)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
POINTS = {"softmax": 20, "cross_entropy": 25, "training_loop": 20, "iris": 15, "mnist": 20}
CHECKS = 8
"""Checks of each assignment."""

ANNOUNCED = {
    "A": ("기민준", "이진욱", "전채훈"),
    "B": ("이현서", "조건우", "김지나"),
    "C": ("이지혁", "송재훈", "강 건"),
    "D": ("박성빈", "박준하", "김민규"),
    "E": ("최유민", "임현진", "유원호"),
}


def assignments(points: dict[str, float] | dict[str, int] = POINTS) -> tuple[Assignment, ...]:
    """Assignments of one task each, worth these points."""
    return tuple(
        Assignment(
            id=name,
            folder=Path(name),
            title=name,
            order=order,
            files={f"{name}.py": ("main",)},
            tasks=(Task(number=1, title="t", points=worth),),
            limits=Limits(seconds=1, memory=1),
        )
        for order, (name, worth) in enumerate(points.items())
    )


def roster(groups: dict[str, tuple[str, ...]] | int = 5, policy: Policy | None = None) -> Roster:
    """The announcement's groups, or so many groups of three (the first ones of two)."""
    if isinstance(groups, int):
        many = groups
        groups = {
            f"G{g + 1:04}": tuple(f"member{g * 3 + m:05}" for m in range(3)) for g in range(many)
        }
    return Roster(
        course="NeuralNet 101",
        policy=policy or Policy(),
        groups=tuple(
            Group(name=name, members=tuple(Member(name=one) for one in members))
            for name, members in groups.items()
        ),
    )


def trained(skill: float) -> dict[str, float | tuple[float, ...]]:
    """The metrics of a training run: the more skill, the lower its loss ends."""
    loss = tuple(0.1 + max(0.0, 1.0 - skill * n / 10) for n in range(12))
    return {"loss": loss, "training_accuracy": tuple(1.0 - value / 2 for value in loss)}


def result(
    member: str, number: int, skill: float, random: Random, at: datetime, checks: str = "c"
) -> SubmissionResult:
    """A full result with feedback, in which a share `skill` of the checks is passed."""
    parts = []
    for name, points in POINTS.items():
        found = []
        for c in range(CHECKS):
            # The later a check, the harder it is.
            passed = random.random() < skill + (CHECKS / 2 - c) / CHECKS / 2
            feedback = Feedback(
                asked=f"{name}(x) for 16 rows drawn from the secret seed, in float32 and float64",
                got="a tensor of shape (16, 10) that differs by 0.0231 at row 3, column 7",
                diagnosis="this is the sum over the batch; the loss is the mean",
                hint="Over which axis is the mean taken? Compare a batch of one with one of two.",
            )
            found.append(
                CheckResult(
                    id=f"{name}_{c}",
                    task=1 + c // 4,
                    title=f"{name.replace('_', ' ')} check {c + 1}",
                    verdict=Verdict.PASSED if passed else Verdict.FAILED,
                    score=points / CHECKS if passed else 0.0,
                    points=points / CHECKS,
                    visibility="public" if c < 3 else "hidden",
                    seconds=0.01,
                    feedback=None if passed else feedback,
                )
            )
        score = sum(check.score for check in found)
        verdict = Verdict.PASSED if score == points else Verdict.FAILED
        parts.append(
            AssignmentResult(
                id=name,
                verdict=verdict,
                score=score,
                points=points,
                seconds=0.1,
                checks=tuple(found),
                metrics=trained(skill) if name in ("iris", "mnist") else {},
            )
        )
    return SubmissionResult(
        member=member,
        digest=f"sha256:{number:064x}",
        graded_at=at + timedelta(minutes=5),
        submitted_at=at,
        score=sum(part.score for part in parts),
        points=sum(part.points for part in parts),
        seconds=1.0,
        environment=Environment(
            grader="0.1", checks=checks, python="3", torch="2", sandbox="x", seed=1, dataset={}
        ),
        assignments=tuple(parts),
    )


def results(course: Roster, attempts: int, seed: int = 0) -> Iterator[SubmissionResult]:
    """So many attempts, member by member, each better than the one before, over three weeks."""
    random = Random(seed)
    members = [member.key for group in course.groups for member in group.members]
    skill = {member: random.random() * 0.5 for member in members}
    for number in range(attempts):
        member = members[number % len(members)]
        skill[member] = min(1.2, skill[member] + random.random() * 0.1)
        at = START + timedelta(days=21) * number / attempts
        yield result(member, number, skill[member], random, at)


def fill(path: Path, course: Roster, attempts: int, seed: int = 0) -> None:
    """A gradebook with these attempts."""
    with Gradebook(path) as book, book.transaction():
        for one in results(course, attempts, seed):
            book.record(one)

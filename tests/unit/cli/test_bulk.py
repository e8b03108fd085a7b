"""Bulk grading as it is seen: parts of a cohort, a line for each, results in order."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fabricated import START, result

from grader.cli.bulk import Backend, grade_each, parse_shard, part
from grader.course.submission import Submission
from grader.errors import ConfigurationError
from grader.result import Graded, SubmissionResult

CHECKS = result("m", 1, 0.5, Random(1), START).environment.checks
PLAN = cast(Any, SimpleNamespace(dataset={}, assignments=(), digest=CHECKS))


def cohort(count: int) -> list[Submission]:
    """So many different submissions."""
    return [
        Submission(member=f"m{n}", files={"softmax": {"softmax.py": str(n).encode()}})
        for n in range(count)
    ]


def graded(submission: Submission) -> SubmissionResult:
    """Some result of it."""
    found = result(submission.member or "", 1, 0.5, Random(1), START)
    return found.model_copy(update={"digest": submission.digest, "commit": submission.commit})


def grade(waiting: list[Submission], *_: object) -> Iterator[Graded]:
    """In the place of grading."""
    for submission in waiting:
        yield Graded(graded(submission))


def printed(text: str) -> list[str]:
    """The members in the lines, and the lines that are not about one."""
    return [line.split()[1] if "/" in line.split()[0] else line for line in text.splitlines()]


@pytest.mark.parametrize("of", [1, 3, 7, 20])
def test_shards_are_equal_parts_of_the_whole(of: int) -> None:
    """Each submission falls to one shard, and no shard has two more than another."""
    whole = cohort(17)
    parts = [part(whole, f"{number}/{of}") for number in range(1, of + 1)]
    assert sorted(s.member or "" for one in parts for s in one) == sorted(
        s.member or "" for s in whole
    )
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3"])
def test_a_shard_that_is_none(text: str) -> None:
    """Anything but I/N with 1 ≤ I ≤ N is refused with an example."""
    with pytest.raises(ConfigurationError, match="such as 2/4"):
        parse_shard(text)


def test_each_result_has_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Results and lines come in the order of the submissions, also of two that are equal."""
    submissions = [*cohort(1), *cohort(2)[1:] * 2, *cohort(3)[2:]]
    monkeypatch.setattr("grader.cli.bulk._grade", grade)
    found = list(grade_each(submissions, PLAN, Backend()))
    assert [result.member for result in found] == ["m0", "m1", "m1", "m2"]
    assert printed(capsys.readouterr().err)[-4:] == ["m0", "m1", "m1", "m2"]


def test_what_is_recorded_is_handed_on_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A run that goes on after a break gives the same results in the same order."""
    monkeypatch.setattr("grader.cli.bulk._grade", grade)
    book = tmp_path / "gradebook.sqlite"
    some = [cohort(4)[1], cohort(4)[3]]
    assert [r.member for r in grade_each(some, PLAN, Backend(), book)] == ["m1", "m3"]
    whole = grade_each(cohort(4), PLAN, Backend(), book)
    assert [result.member for result in whole] == ["m0", "m1", "m2", "m3"]
    assert "2 already graded, 2 to do" in capsys.readouterr().err


def test_a_cohort_of_one_is_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cohort with one member prints that member's line; a single submission has none."""
    monkeypatch.setattr("grader.cli.bulk._grade", grade)
    list(grade_each(cohort(1), PLAN, Backend(), listed=True))
    assert printed(capsys.readouterr().err)[-1] == "m0"
    list(grade_each(cohort(1), PLAN, Backend()))
    assert capsys.readouterr().err == ""

"""Bulk grading as it is seen: parts of a cohort, and lines in the cohort's order."""

from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fabricated import START, result

from grader.cli.bulk import Backend, grade_and_record, grade_each, parse_shard, part
from grader.cli.progress import Lines
from grader.course.submission import Submission
from grader.errors import ConfigurationError
from grader.result import SubmissionResult


def cohort(count: int) -> list[Submission]:
    """So many different submissions."""
    return [
        Submission(member=f"m{n}", files={"softmax": {"softmax.py": str(n).encode()}})
        for n in range(count)
    ]


def graded(submission: Submission) -> SubmissionResult:
    """Some result of it."""
    found = result(submission.member or "", 1, 0.5, Random(1), START)
    return found.model_copy(update={"digest": submission.digest})


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


def test_lines_come_in_the_order_of_the_cohort(capsys: pytest.CaptureFixture[str]) -> None:
    """A line waits for those before it; what is ready when a run breaks off is still printed."""
    submissions = cohort(5)
    with Lines(submissions) as lines:
        lines.add(graded(submissions[2]))
        lines.add(graded(submissions[1]))
        assert capsys.readouterr().err == ""
        lines.add(graded(submissions[0]))
        assert printed(capsys.readouterr().err) == ["m0", "m1", "m2"]
        lines.add(graded(submissions[4]))
    assert printed(capsys.readouterr().err) == ["m4"]


def test_equal_files_at_two_commits_are_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Two pull requests of one member with the same files each get the line of their own result."""
    [one] = cohort(1)
    submissions = [one.model_copy(update={"commit": commit * 40}) for commit in "ab"]
    results = [graded(s).model_copy(update={"commit": s.commit}) for s in submissions]
    with Lines(submissions) as lines:
        lines.add(results[1])
        assert capsys.readouterr().err == ""
        lines.add(results[0])
    assert printed(capsys.readouterr().err) == ["m0", "m0"]


def test_results_keep_their_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results come in the order of the submissions, each with the commit that it is of."""
    [one] = cohort(1)
    submissions = [one.model_copy(update={"commit": commit * 40}) for commit in "ab"]

    def grade(waiting: list[Submission], *rest: Any) -> None:
        for submission in reversed(waiting):
            rest[2](graded(submission).model_copy(update={"commit": submission.commit}))

    monkeypatch.setattr("grader.cli.bulk._grade", grade)
    plan = SimpleNamespace(assignments=(), digest="c")
    found = grade_and_record(submissions, cast(Any, plan), Backend())
    assert [result.commit for result in found] == ["a" * 40, "b" * 40]


def test_two_pull_requests_at_one_commit_are_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Submissions that are equal in everything keep a line and a result each, in any order."""
    submissions = [*cohort(1), *cohort(2)[1:] * 2, *cohort(3)[2:]]

    def grade(waiting: list[Submission], *rest: Any) -> None:
        for number, submission in enumerate(reversed(waiting)):
            found = graded(submission).model_copy(update={"seconds": float(number)})
            rest[2](found)

    monkeypatch.setattr("grader.cli.bulk._grade", grade)
    plan = SimpleNamespace(assignments=(), digest="c")
    found = grade_and_record(submissions, cast(Any, plan), Backend())
    assert [result.member for result in found] == ["m0", "m1", "m1", "m2"]
    assert sorted(result.seconds for result in found) == [0.0, 1.0, 2.0, 3.0]
    assert printed(capsys.readouterr().err)[-4:] == ["m0", "m1", "m1", "m2"]


def test_a_cohort_of_one_is_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cohort with one member prints that member's line; a single submission has none."""
    monkeypatch.setattr(
        "grader.cli.bulk._grade", lambda waiting, *rest: rest[2](graded(waiting[0]))
    )
    plan = cast(Any, SimpleNamespace(assignments=(), digest="c"))
    grade_each(cohort(1), plan, Backend(), None, listed=True)
    assert printed(capsys.readouterr().err)[-1] == "m0"
    grade_each(cohort(1), plan, Backend(), None)
    assert capsys.readouterr().err == ""


def test_a_long_run_says_how_long_it_will_take(capsys: pytest.CaptureFixture[str]) -> None:
    """At each tenth of a hundred submissions an estimate is given, not at the end."""
    submissions = cohort(100)
    with Lines(submissions) as lines:
        for submission in submissions:
            lines.add(graded(submission))
    said = [line for line in capsys.readouterr().err.splitlines() if "left" in line]
    assert said == [f"{n} of 100 graded, less than a minute left" for n in range(10, 100, 10)]


def test_a_single_submission_has_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is counted where there is nothing to count."""
    with Lines([]) as lines:
        lines.add(graded(cohort(1)[0]))
    assert capsys.readouterr().err == ""

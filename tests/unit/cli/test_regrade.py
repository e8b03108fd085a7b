"""What a regrade compares with."""

from datetime import timedelta
from pathlib import Path
from random import Random

from fabricated import START, result

from grader.cli.regrade import score_before
from grader.course.roster import Group, Member, Roster
from grader.gradebook import Gradebook


def test_the_score_before_a_login_changed(tmp_path: Path) -> None:
    """The same files are compared with what they earned under the name or a former login."""
    ada = Member(name="Ada", github="ada-new", formerly=("ada-old",))
    course = Roster(course="c", groups=(Group(name="A", members=(ada, Member(name="bob"))),))
    again = result("ada-new", 1, 0.9, Random(1), START + timedelta(days=9))
    with Gradebook(tmp_path / "book.sqlite") as book:
        assert score_before(book, course, again) is None
        for days, (key, skill) in enumerate([("Ada", 0.1), ("ada-old", 0.5), ("bob", 1.0)]):
            at = START + timedelta(days=days)
            book.record(result(key, 1, skill, Random(days), at))
        expected = book.attempts("ada-old")[0].result.score
        assert score_before(book, course, again) == expected
        assert score_before(book, None, again) is None

"""Whatever GitHub may answer with null is null once, and everything still ends as it should."""

from datetime import timedelta
from pathlib import Path

import pytest

from grader.github.client import connect
from grader.github.collect import Bookmark, collect
from grader.github.issues import post_report
from grader.github.publish import Publisher
from grader.github.pulls import open_pulls
from grader.github.queue import work_off
from grader.gradebook import Gradebook
from grader.report import build_report
from tests.github.contract import CONTRACT
from tests.github.course import FAST, NOW, assignments, roster, sha
from tests.github.double import Double, serving
from tests.github.state import BOT
from tests.integration.github.publishing import KEY, STUB, hand_over, published, push

DEPTH = 2
"""So deep lies what we read; below are the details of accounts and apps."""

ALONE = {
    "user", "app", "repo", "head_repository", "head_branch", "workflow_run", "created_at", "body",
    "check_suite", "conclusion", "author",
}  # fmt: skip
"""What we read, and what PyGithub does more with than to keep it: null one by one."""


def course(double: Double, folder: Path) -> list[str]:
    """Two pushes are published and collected, the groups' issues made and then changed."""
    works, people = assignments(), roster(groups=1)
    outcomes = []
    pull = double.repository.add_pull("g1m1", sha("a"), [STUB])
    with (
        connect("bot-token", double.repository.name, double.url, pace=FAST) as connection,
        Gradebook(folder / "book") as book,
        Bookmark(folder / "mark", double.repository.id) as mark,
    ):
        publisher = Publisher(connection, works, people, KEY, BOT)
        for turn, text in enumerate("ab"):
            push(double, pull, text)
            hand_over(double, pull, 0.5 + 0.25 * turn, minutes=turn)
            found = list(work_off(publisher, lambda: NOW + timedelta(minutes=5)))
            outcomes += [one.outcome for one in found]
            published(double)
            collect(connection, book, mark, KEY.verify_key, bot=BOT)
            report = build_report(people, book.entries(), works, now=NOW + timedelta(hours=1))
            post_report(connection, report.public, authors=[BOT])
        open_pulls(connection)
    return outcomes


def cases() -> list[tuple[str, list[tuple[str, ...]]]]:
    """Every operation of ours, with each place that is read by itself and then all the others."""
    found = []
    for name in CONTRACT.operations:
        places = [
            place
            for place in CONTRACT.nullable(name)
            if sum(key != "[]" for key in place) <= DEPTH + name.endswith("runs")
        ]
        found += [(name, [place]) for place in places if place[-1] in ALONE]
        if others := [place for place in places if not ALONE & {place[0], place[-1]}]:
            found.append((name, others))
    return found


@pytest.mark.parametrize(
    ("name", "places"), cases(), ids=lambda v: v if isinstance(v, str) else ".".join(v[0])
)
def test_null(name: str, places: list[tuple[str, ...]], tmp_path: Path) -> None:
    """With null wherever it may stand in the answers nothing fails, nor is tried for ever."""
    double = Double(judge=False)
    double.repository.add_user("bot-token", BOT, app=True)
    double.forgotten = {name: places}
    with serving(double):
        outcomes = course(double, tmp_path)
    assert double.violations == []
    assert "failed" not in outcomes

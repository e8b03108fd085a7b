"""Scores that are compared were judged by the same checks, or the report says whose were not."""

import json
from collections.abc import Mapping
from datetime import timedelta
from html import unescape

from fabricated import START, assignments, roster

from grader.course.policy import Policy
from grader.gradebook import Entry
from grader.report import build_report, render_html, render_long, render_markdown, render_wide

COURSE = assignments({"softmax": 20, "entropy": 25})
HOUR = timedelta(hours=1)


def entry(
    number: int, member: str, files: Mapping[str, str], checks: str, **scores: float
) -> Entry:
    """An attempt, graded `number` hours after the start, at these files by these checks."""
    judged = {name: f"{name} {checks}" for name in scores}
    digest = " ".join(f"{name}={text}" for name, text in sorted(files.items()))
    at = START + number * HOUR
    return Entry(number, member, digest, None, at, at, scores, dict(files), judged)


ADA_1 = entry(1, "ada", {"softmax": "S"}, "old", softmax=20)
ADA_2 = entry(2, "ada", {"softmax": "S", "entropy": "E"}, "old", softmax=20, entropy=25)
BOB_1 = entry(3, "bob", {"softmax": "S"}, "old", softmax=20)
REGRADED = [
    entry(4, "ada", {"softmax": "S", "entropy": "E"}, "new", softmax=18.5, entropy=25),
    entry(5, "bob", {"softmax": "S"}, "new", softmax=18.5),
]


def counted(entries: list[Entry], attempt: str = "best") -> tuple[dict[str, float], str]:
    """What counts of everybody at softmax, and what staff are told."""
    policy = Policy.model_validate({"attempt": attempt})
    report = build_report(
        roster({"A": ("ada", "bob")}, policy), entries, COURSE, now=START + 100 * HOUR
    )
    scores = {one.key: one.assignments[0].score or 0.0 for one in report.members}
    return scores, " ".join(report.remarks)


def test_a_regrade_counts_wherever_the_same_files_were_handed_in() -> None:
    """Ada's softmax of an earlier push is the same file: the new checks decide there, too."""
    for attempt in ("best", "latest"):
        scores, remarks = counted([ADA_1, ADA_2, BOB_1, *REGRADED], attempt)
        assert scores == {"ada": 18.5, "bob": 18.5}
        assert remarks == ""


def test_an_older_form_that_was_not_judged_anew_is_named() -> None:
    """Where other files count that nobody graded again, a remark names whose they are."""
    other = entry(0, "ada", {"softmax": "better"}, "old", softmax=19)
    scores, remarks = counted([other, ADA_1, ADA_2, BOB_1, *REGRADED])
    assert scores == {"ada": 19, "bob": 18.5}
    assert "softmax: what counts was judged by older checks than others' work: ada;" in remarks
    assert "bob" not in remarks
    assert "entropy" not in remarks


def test_the_remark_is_in_what_staff_keep_and_in_nothing_public() -> None:
    """Staff's JSON and page carry it; whatever has no names says nothing of the member."""
    entries = [entry(0, "ada", {"softmax": "better"}, "old", softmax=19), ADA_1, BOB_1, *REGRADED]
    report = build_report(
        roster({"A": ("ada", "bob", "cyd")}), entries, COURSE, now=START + 100 * HOUR
    )
    said = "softmax: what counts was judged by older checks than others' work: ada;"
    assert any(remark.startswith(said) for remark in json.loads(report.staff.to_json())["remarks"])
    assert said in unescape(render_html(report, [], staff=True))
    for public in (
        render_html(report, [], staff=False),
        render_markdown(report.public),
        report.public.to_json(),
        report.report.to_json(),
        render_long(report, staff=False),
        render_wide(report, staff=False),
    ):
        assert "older checks" not in public
        assert "ada" not in public


def test_half_a_regrade_is_named() -> None:
    """As long as bob is not graded again, his score is by other checks than ada's."""
    scores, remarks = counted([ADA_1, ADA_2, BOB_1, REGRADED[0]])
    assert scores == {"ada": 18.5, "bob": 20}
    assert "softmax: what counts was judged by older checks than others' work: bob;" in remarks


def test_checks_of_one_assignment_say_nothing_of_another() -> None:
    """A regrade of softmax alone leaves entropy as it was, without a remark."""
    again = [
        entry(4, "ada", {"softmax": "S"}, "new", softmax=18.5),
        entry(5, "bob", {"softmax": "S"}, "new", softmax=18.5),
    ]
    scores, remarks = counted([ADA_1, ADA_2, BOB_1, *again])
    assert scores == {"ada": 18.5, "bob": 18.5}
    assert remarks == ""

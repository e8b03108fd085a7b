"""Other systems' formats, each read by a schema of its field names or by a reader of it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pandas as pd
import pytest
from fabricated import ANNOUNCED, POINTS, START, assignments, fill, roster
from junitparser import JUnitXml

from grader.course.roster import Group, Member, Roster
from grader.errors import ConfigurationError
from grader.export import (
    SCALE,
    Counted,
    counted_to_junit,
    counted_work,
    to_canvas,
    to_classroom50,
    to_gradescope,
    to_junit,
)
from grader.gradebook import Gradebook, Override
from grader.report import (
    CourseReport,
    build_report,
    render_explanation,
    render_html,
    render_long,
    render_table,
    render_wide,
)
from grader.result import Feedback, Verdict

TEXT = {"type": "string", "minLength": 1}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}


def closed(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    """An object with these properties and no other."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(properties) if required is None else required,
    }


GRADESCOPE = closed(
    {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": closed(
                {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": TEXT,
                    "name_format": FORMAT,
                    "number": TEXT,
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": TEXT},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
                required=["score", "max_score", "name"],
            ),
        },
    },
    required=["score", "tests"],
)

INSTANT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}
WHOLE = {"type": "integer", "minimum": 0}

CLASSROOM50 = closed(
    {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": TEXT,
        "assignment": TEXT,
        "assignment_type": {"enum": ["individual", "group"]},
        "owner": TEXT,
        "submission": {"type": "string", "pattern": "^submit/"},
        "commit": TEXT,
        "release": TEXT,
        "review": TEXT,
        "datetime": INSTANT,
        "graded_at": INSTANT,
        "score": WHOLE,
        "max-score": WHOLE,
        "tests": {
            "type": "array",
            "items": closed(
                {
                    "test-name": TEXT,
                    "passed": {"type": "boolean"},
                    "score": WHOLE,
                    "max-score": WHOLE,
                }
            ),
        },
        "submitted_by": closed({"username": TEXT, "id": {"type": ["integer", "null"]}}),
    }
)


@pytest.fixture(scope="module")
def course() -> Roster:
    """The announcement's groups."""
    return roster(ANNOUNCED)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, course: Roster) -> Iterator[Gradebook]:
    """A gradebook in which the last member has handed in nothing."""
    path = tmp_path_factory.mktemp("export") / "book.sqlite"
    fill(path, course, 29)
    with Gradebook(path) as book:
        yield book


@pytest.fixture(scope="module")
def report(book: Gradebook, course: Roster) -> CourseReport:
    """A report with a score that was set by hand."""
    override = Override(
        member="강 건", assignment="iris", score=3, reason="was ill", by="ta", at=START
    )
    entries = [one for one in book.entries() if one.member != "유원호"]
    now = START + timedelta(days=22)
    return build_report(course, entries, assignments(), now=now, overrides=[override])


@pytest.fixture(scope="module")
def counted(book: Gradebook, report: CourseReport) -> dict[str, Counted]:
    """What counts of each member."""
    return {one.member.name: one for one in counted_work(book, report)}


def test_counted_work_is_what_the_report_counts(counted: dict[str, Counted]) -> None:
    """Every member is there, with the checks whose scores add up to what counts."""
    assert list(counted) == [name for group in ANNOUNCED.values() for name in group]
    assert counted["유원호"].work == ()
    for one in counted.values():
        assert sum(work.progress.score or 0 for work in one.work) == pytest.approx(one.member.score)
        for work in one.work:
            if work.progress.override is None:
                assert work.result is not None
                total = sum(check.score for check in work.result.checks)
                assert total == pytest.approx(work.progress.score)
                assert work.remark is None
    [remark] = [work.remark for work in counted["강 건"].work if work.remark]
    assert remark == "iris: set by hand: was ill"


def test_gradescope(counted: dict[str, Counted]) -> None:
    """Every document has Gradescope's fields, its score is what counts, and it has no NaN."""
    for one in counted.values():
        document = to_gradescope(one)
        jsonschema.validate(document, GRADESCOPE)
        json.dumps(document, allow_nan=False)
        assert document["score"] == one.member.score
        assert len(document["tests"]) == 8 * len(one.work)
    by_hand = to_gradescope(counted["강 건"])
    assert by_hand["output"] == "iris: set by hand: was ill"
    assert sum(test["score"] for test in by_hand["tests"]) != pytest.approx(by_hand["score"])
    failed = next(test for test in by_hand["tests"] if test["status"] == "failed")
    assert "looks like: this is the sum over the batch" in failed["output"]
    assert failed["score"] == 0


def test_classroom50(counted: dict[str, Counted]) -> None:
    """Every document has Classroom 50's fields, in whole hundredths of points."""
    documents = [
        (one, name, document)
        for one in counted.values()
        for name, document in to_classroom50(one, "nn101", "owner/course")
    ]
    assert len(documents) == 14 * 5 - 1  # one score is set by hand, one member has none
    for one, name, document in documents:
        jsonschema.validate(document, CLASSROOM50)
        [work] = [work for work in one.work if work.progress.id == name]
        assert document["score"] / SCALE == pytest.approx(work.progress.score, abs=0.0051)
        assert document["max-score"] == POINTS[name] * SCALE
        assert document["score"] <= document["max-score"]
        assert all(test["score"] <= test["max-score"] for test in document["tests"])
        assert document["datetime"] <= document["graded_at"]


def test_classroom50_links_the_commit(counted: dict[str, Counted]) -> None:
    """With a known commit the links lead to it."""
    one = counted["기민준"]
    [work] = [work for work in one.work if work.progress.id == "iris"]
    assert work.attempt is not None
    commit = "c0ffee" + "0" * 34
    known = {name: getattr(work.attempt, name) for name in work.attempt.__slots__}
    attempt = type(work.attempt)(**(known | {"commit": commit}))
    one = Counted(one.member, (type(work)(work.progress, attempt, work.result),))
    [(_, document)] = to_classroom50(one, "nn101", "owner/course")
    assert document["commit"] == f"https://github.com/owner/course/commit/{commit}"
    assert document["submission"].endswith("-c0ffee0")


def test_junit(counted: dict[str, Counted], book: Gradebook) -> None:
    """A JUnit reader finds a suite for each member and assignment, and the right numbers."""
    read = JUnitXml.fromstring(counted_to_junit(counted.values()).encode())
    suites = {suite.name: suite for suite in read}
    assert len(suites) == 14 * 5
    for one in counted.values():
        for work in one.work:
            assert work.result is not None
            suite = suites[f"{one.member.key} {work.progress.id}"]
            passed = sum(check.score > 0 for check in work.result.checks)
            assert (suite.tests, suite.tests - suite.failures) == (8, passed)
            assert [case.is_passed for case in suite] == [
                check.score > 0 for check in work.result.checks
            ]
    single = next(book.stream()).result
    assert len(list(JUnitXml.fromstring(to_junit([single]).encode()))) == 5


CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,Old (12)\n"


def test_canvas(report: CourseReport) -> None:
    """Canvas's columns, its row of points, and a row for each member with the group's figure."""
    text, missing = to_canvas(report)
    assert missing == []
    header, points, *rows = list(csv.reader(StringIO(text)))
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert header[5:] == [*POINTS, "Group progress"]
    assert points == [
        "Points Possible",
        "",
        "",
        "",
        "",
        *(f"{p}.0" for p in POINTS.values()),
        "100.0",
    ]
    assert [row[0] for row in rows] == [name for group in ANNOUNCED.values() for name in group]
    frame = pd.read_csv(StringIO(text), skiprows=[1])
    # The policy counts as zero what was not handed in; Canvas would leave a blank out.
    assert not frame.isna()[[*POINTS, "Group progress"]].any(axis=None)
    assert (frame["iris"] == 0).sum() >= 1
    assert frame.groupby("Section")["Group progress"].nunique().eq(1).all()


def test_canvas_with_its_own_numbers(report: CourseReport, tmp_path: Path) -> None:
    """With a gradebook exported by Canvas, students carry its numbers; others are named."""
    path = tmp_path / "canvas.csv"
    rows = '    Points Possible,,,,,10\n"건, 강",17,s17,kang,Lab,3\n기민준,18,s18,ki,Lab,4\n'
    path.write_text("\ufeff" + CANVAS + rows, encoding="utf-8")
    text, missing = to_canvas(report, path)
    found = list(csv.reader(StringIO(text)))[2:]
    assert [row[:5] for row in found] == [
        ["기민준", "18", "s18", "ki", "Lab"],
        ["건, 강", "17", "s17", "kang", "Lab"],
    ]
    assert len(missing) == 13


def test_canvas_never_guesses_between_namesakes(tmp_path: Path) -> None:
    """The login decides between two students of one name; without one nobody gets the points."""
    path = tmp_path / "canvas.csv"
    rows = "Kim,1,s1,kim1,Lab,\nKim,2,s2,kim2,Lab,\n"
    path.write_text(CANVAS + rows, encoding="utf-8")

    def written(*logins: str | None) -> tuple[list[str], list[str]]:
        kims = tuple(Member(name="Kim", github=login) for login in logins)
        course = Roster(course="c", groups=(Group(name="A", members=kims),))
        text, missing = to_canvas(build_report(course, [], assignments(), now=START), path)
        return [row[1] for row in list(csv.reader(StringIO(text)))[2:]], missing

    assert written("kim1") == (["1"], [])
    assert written("kim2", "kim1") == (["2", "1"], [])
    ids, [named] = written("elsewhere")
    assert (ids, named) == ([], "Kim (2 students there are called so, and no login says which)")
    path.write_text(CANVAS + "Kim,1,s1,,Lab,\n", encoding="utf-8")
    ids, missing = written("a", "b")
    assert (ids, len(missing)) == ([], 2)
    assert "2 members are called so" in missing[0]


@pytest.mark.parametrize("content", ["name,score\nx,1\n", "", CANVAS.replace("ID", "Key")])
def test_not_a_file_of_canvas(report: CourseReport, tmp_path: Path, content: str) -> None:
    """Another CSV is refused with the columns that are needed."""
    path = tmp_path / "canvas.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not a gradebook exported by Canvas"):
        to_canvas(report, path)


def test_canvas_without_the_schools_numbers(report: CourseReport, tmp_path: Path) -> None:
    """A file without the optional columns is taken, and a name there is never a formula."""
    path = tmp_path / "canvas.csv"
    path.write_text('Student,ID,Section\n기민준,18,"=1+1"\n', encoding="utf-8")
    text, _ = to_canvas(report, path)
    [row] = list(csv.reader(StringIO(text)))[2:]
    assert row[:5] == ["기민준", "18", "", "", "'=1+1"]


def test_a_group_too_small_for_a_figure(book: Gradebook, course: Roster) -> None:
    """Where a group has too few counted members there is no figure in any format, never a 0."""
    policy = course.policy.model_copy(update={"missing": "exclude", "minimum": 99})
    few = course.model_copy(update={"policy": policy})
    found = build_report(few, book.entries(), assignments(), now=START + timedelta(days=30))
    header, _, *rows = list(csv.reader(StringIO(to_canvas(found)[0])))
    assert {row[header.index("Group progress")] for row in rows} == {""}
    for text in (render_long(found, staff=True), render_wide(found, staff=True)):
        assert {row["group_score"] for row in csv.DictReader(StringIO(text))} == {""}
    for group in json.loads(found.report.to_json())["groups"]:
        figures = group["score"], group["progress"], group["rank"], group["spread"]
        assert figures == (None,) * 4
        assert {one["score"] for one in group["assignments"]} == {None}
    assert "too few members" in render_html(found, [], staff=True)
    assert "too few" in render_table(found.report)
    explained = render_explanation(found, "A")
    assert "too few for a figure" in explained
    assert "← median" not in explained


def test_a_member_left_out_has_no_total(course: Roster, book: Gradebook) -> None:
    """Who has handed in nothing and is left out has no figure in staff's formats, never a 0."""
    policy = course.policy.model_copy(update={"missing": "exclude"})
    few = course.model_copy(update={"policy": policy})
    entries = [one for one in book.entries() if one.member != "유원호"]
    found = build_report(few, entries, assignments(), now=START + timedelta(days=30))
    [one] = [one for one in json.loads(found.staff.to_json())["members"] if one["name"] == "유원호"]
    assert (one["score"], one["counted"]) == (None, False)
    for text in (render_long(found, staff=True), render_wide(found, staff=True)):
        rows = [row for row in csv.DictReader(StringIO(text)) if row["name"] == "유원호"]
        assert {row["member_score"] for row in rows} == {""}
    row = next(one for one in csv.reader(StringIO(to_canvas(found)[0])) if one[0] == "유원호")
    assert set(row[5:-1]) == {""}


def test_gradescope_of_who_handed_in_nothing(counted: dict[str, Counted]) -> None:
    """A member without work gets a whole results file that says so."""
    someone = next(iter(counted.values()))
    document = to_gradescope(Counted(someone.member, ()))
    jsonschema.validate(document, GRADESCOPE)
    assert document["output"] == "Nothing was handed in."


def test_junit_tells_what_to_try(counted: dict[str, Counted]) -> None:
    """A failure says all that the student reads: asked, got, looks like, try."""
    someone = next(one for one in counted.values() if one.work and one.work[0].result)
    [work, *_] = someone.work
    assert work.result
    feedback = Feedback(asked="a", got="b\x1b\n::error::c", diagnosis="d", hint="e")
    check = work.result.checks[0].model_copy(
        update={"verdict": Verdict.FAILED, "feedback": feedback}
    )
    result = work.result.model_copy(update={"checks": (check,)})
    text = counted_to_junit([Counted(someone.member, (replace(work, result=result),))])
    [failure] = ElementTree.fromstring(text).iter("failure")
    assert failure.text == "asked: a\ngot: b  :\u200b:error:\u200b:c\nlooks like: d\ntry: e"

"""The commands for staff: report, roster, history, override, export, import."""

import json
import sqlite3
from pathlib import Path

import pytest
from fabricated import ANNOUNCED, fill, roster
from typer.testing import CliRunner, Result

from grader.cli import app
from grader.errors import ConfigurationError, GradebookError, GraderError
from grader.gradebook import Gradebook

ROOT = Path(__file__).parents[3]
GROUPS = """# The roster.
course: NeuralNet 101
timezone: UTC
policy: {attempt: best, missing: zero}
groups:
""" + "".join(
    f"  - name: {group}\n    members:\n"
    + "".join(f"      - {{name: {name}, github: null}}\n" for name in names)
    for group, names in ANNOUNCED.items()
)
"""The announcement's groups: a course of the tests' own, whatever the instructor has made of it."""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory: a checkout with a gradebook of the announcement's groups."""
    (tmp_path / "assignments").symlink_to(ROOT / "assignments")
    (tmp_path / "groups.yaml").write_text(GROUPS, encoding="utf-8")
    fill(tmp_path / "gradebook.sqlite", roster(ANNOUNCED), 45)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """What a command does; it must succeed."""
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None, result.exception
    return result


def refused(*arguments: str) -> str:
    """The sentence with which a command refuses; never another exception."""
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, GraderError), result.output
    assert isinstance(result.exception, ConfigurationError | GradebookError)
    return str(result.exception)


FORMS = ["table", "markdown", "json", "csv", "csv-wide", "html"]


@pytest.mark.parametrize("form", FORMS)
def test_report_in_every_form(course: Path, form: str) -> None:
    """Every form goes to standard output or to a file, holds every group and no name."""
    printed = run("report", "--format", form).output
    run("report", "--format", form, "--output", "report.out")
    written = (course / "report.out").read_text(encoding="utf-8")
    assert written.startswith("\ufeff") == form.startswith("csv")
    assert len(written) > 300
    for name in (name for group in ANNOUNCED.values() for name in group):
        assert name not in printed + written


@pytest.mark.parametrize("form", ["table", "json", "csv", "csv-wide", "html"])
def test_staff_report(course: Path, form: str) -> None:
    """Only --staff shows members, in every form but Markdown."""
    assert "강 건" in run("report", "--format", form, "--staff").output
    assert "has no names" in refused("report", "--format", "markdown", "--staff")


def test_report_remembers_when_it_was_written(course: Path) -> None:
    """The page says what changed since the last report that was written to a file."""
    assert "no report has been written" in refused("report", "--since", "last")
    assert "no earlier report" in run("report", "--format", "html").output
    run("report", "--output", "report.txt")
    assert "no earlier report" not in run("report", "--format", "html").output
    assert "change" in run("report", "--since", "last").output
    assert "change" not in run("report").output


def test_report_since_a_date(course: Path) -> None:
    """Dates are written as ISO 8601 has them; anything else is refused with an example."""
    report = json.loads(run("report", "--format", "json", "--since", "2026-11-09T00:00Z").stdout)
    assert report["since"] == "2026-11-09T00:00:00Z"
    assert any(group["change"] > 0 for group in report["groups"])
    message = refused("report", "--since", "yesterday")
    assert message == (
        '--since: "yesterday" is not a date; write it as 2026-11-30, 2026-11-30 23:59 or '
        "2026-11-30T23:59+09:00, or last"
    )
    groups = (course / "groups.yaml").read_text().replace("timezone: UTC", "timezone: Asia/Seoul")
    (course / "groups.yaml").write_text(groups)
    report = json.loads(run("report", "--format", "json", "--since", "2026-11-09").stdout)
    assert report["since"] == "2026-11-08T15:00:00Z"


def test_report_of_one_assignment_and_group(course: Path) -> None:
    """--assignment changes what is counted, --group only what is shown."""
    everything = json.loads(run("report", "--format", "json").stdout)["groups"]
    some = run("report", "--format", "json", "--assignment", "iris", "--group", "b").stdout
    [group] = json.loads(some)["groups"]
    assert (group["group"], group["points"], len(group["assignments"])) == ("B", 15, 1)
    [b] = json.loads(run("report", "--format", "json", "--group", "B").stdout)["groups"]
    assert b == everything[1]
    assert 'no assignment "irs"; did you mean "iris"?' in refused("report", "--assignment", "irs")
    assert 'no group "F"; there are A, B, C, D, E' in refused("report", "--group", "F")


def test_report_explains_itself(course: Path) -> None:
    """--explain shows the members of a group and who made the median."""
    text = run("report", "--explain", "c").output
    assert "is the middle of 3 totals" in text
    assert text.count("← median") == 1
    assert "송재훈" in text


def test_one_aggregate(course: Path) -> None:
    """Two aggregates at once are refused, and each alone is applied."""
    assert "choose one of" in refused("report", "--median", "--mean")
    for name in ("median", "mean", "min", "max"):
        assert (
            json.loads(run("report", f"--{name}", "--format", "json").stdout)["aggregate"] == name
        )


def test_override_history_and_withdrawal(course: Path) -> None:
    """A score set by hand counts, is shown as such with its reason, and can be withdrawn."""
    run("override", "강 건", "iris", "--score", "4.5", "--reason", "was ill", "--by", "ta")
    assert "4.5*" in run("report", "--explain", "C").output
    history = run("history", "강 건").output
    assert "iris set to 4.5 by ta: was ill" in history
    assert history.count("2026-11-") == 4
    run("override", "강 건", "iris", "--withdraw", "--reason", "mistake")
    assert "*" not in run("report", "--explain", "C").output
    assert "iris withdrawn" in run("history", "강 건").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["강건", "iris", "--score", "1", "--reason", "x"], 'the roster has no "강건"'),
        (["강 건", "iris", "--score", "16", "--reason", "x"], "iris is worth 15 points, not 16"),
        (["강 건", "iris", "--score", "1", "--reason", " "], "--reason is empty"),
        (["강 건", "iris", "--reason", "x"], "give a --score, or --withdraw"),
        (["강 건", "iris", "--score", "1", "--withdraw", "--reason", "x"], "give a --score, or"),
    ],
)
def test_faulty_override(course: Path, arguments: list[str], message: str) -> None:
    """Each mistake is named, and nothing is set."""
    assert message in refused("override", *arguments)
    with Gradebook(course / "gradebook.sqlite") as book:
        assert book.overrides() == []


def test_linking_keeps_the_past(course: Path) -> None:
    """Once a login is linked, the attempts under the name still count and are in the history."""
    before = run("report", "--format", "csv-wide").output
    run("roster", "link", "강 건", "kang-g")
    assert run("report", "--format", "csv-wide").output == before
    assert run("history", "KANG-G").output == run("history", "강 건").output
    assert "강 건 (@kang-g)" in run("roster", "check").output


def test_linking_many(course: Path) -> None:
    """A CSV links many at once; an impossible one changes nothing and leaves nothing behind."""
    (course / "logins.csv").write_text(
        "\ufeffname;github\r\n기민준;ki\r\n이진욱;\r\n강 건;kang\r\n"
    )
    assert "2 linked" in run("roster", "link", "--csv", "logins.csv").output
    linked = (course / "groups.yaml").read_bytes()
    assert b"# The roster" in linked
    (course / "logins.csv").write_text("name,github\n김지나,ki\n")
    message = refused("roster", "link", "--csv", "logins.csv")
    assert '"ki" is already in group "A"' in message
    assert ".new" not in message
    assert (course / "groups.yaml").read_bytes() == linked
    assert sorted(path.name for path in course.glob(".*")) == []
    assert "name a member and a login" in refused("roster", "link", "x")


@pytest.mark.parametrize(
    ("member", "written"),
    [
        ("- {name: Ada, github: old}", "- {name: Ada, github: new, formerly: [old]}"),
        (
            "- {name: Ada, github: old, formerly: [older]}",
            "- {name: Ada, github: new, formerly: [older, old]}",
        ),
        (
            "- {formerly: [], name: Ada, github: old}",
            "- {formerly: [old], name: Ada, github: new}",
        ),
        (
            "- name: Ada # x\n        github: old # y",
            "- name: Ada # x\n        github: new\n        formerly: [old] # y",
        ),
        (
            "- name: Ada\n        formerly:\n          - older # z\n        github: old",
            "- name: Ada\n        formerly:\n          - older\n          - old # z\n"
            "        github: new",
        ),
        (
            "- {name: Ada, github: old, formerly: [OLD]}",
            "- {name: Ada, github: new, formerly: [OLD]}",
        ),
        ("- {name: Ada, github: NEW}", "- {name: Ada, github: new}"),
        ("- {name: Ada, github: null}", "- {name: Ada, github: new}"),
    ],
)
def test_linking_over_another_login(course: Path, member: str, written: str) -> None:
    """The login of before goes into `formerly`, however the member is laid out in the file."""
    text = "course: c\ngroups:\n  - name: A\n    members:\n      %s\n      - {name: Bob}\n"
    (course / "groups.yaml").write_text(text % member)
    run("roster", "link", "Ada", "new")
    assert (course / "groups.yaml").read_text() == text % written


def test_a_renamed_login_keeps_its_past(course: Path) -> None:
    """After a second link the report is the same, and each key shows the whole history."""
    run("roster", "link", "강 건", "kang")
    with Gradebook(course / "gradebook.sqlite") as book:
        [*_, last] = book.attempts("강 건")
        book.record(last.result.model_copy(update={"member": "Kang", "commit": "c" * 40}))
    before = run("report", "--format", "csv", "--staff").output.replace("kang", "kang2")
    done = run("roster", "link", "강 건", "kang2")
    assert "kang became kang2; what was filed under kang stays theirs" in done.stderr
    assert run("report", "--format", "csv", "--staff").output == before
    whole = run("history", "강 건").output
    assert "ccccccc" in whole
    assert whole == run("history", "KANG").output == run("history", "kang2").output


def test_history_does_not_invent_a_time_of_submission(course: Path) -> None:
    """Where nobody knows when work was handed in, the time of grading does not stand for it."""
    with Gradebook(course / "gradebook.sqlite") as book:
        [*_, last] = book.attempts("강 건")
        book.record(last.result.model_copy(update={"submitted_at": None, "commit": "c" * 40}))
    [line] = [one for one in run("history", "강 건").output.splitlines() if "ccccccc" in one]
    assert line.startswith("not known")
    assert f"{last.graded_at:%m-%d %H:%M}" in line


def test_roster_new(course: Path) -> None:
    """Groups are drawn into a new file that says how, and none is overwritten."""
    (course / "names.csv").write_text("\n".join(f"m{n}" for n in range(7)))
    arguments = ["roster", "new", "--size", "3", "--seed", "5", "names.csv", "--apart", "m0,m1"]
    printed = run(*arguments).stdout
    assert printed.startswith(
        "# Drawn by: grader roster new --size 3 --seed 5 --apart m0,m1 names.csv\n"
    )
    run(*arguments, "--output", "new.yaml")
    assert (course / "new.yaml").read_text() == printed
    assert "new.yaml is there already" in refused(*arguments, "--output", "new.yaml")
    assert "A: " in run("roster", "check", "new.yaml").output
    assert '"m0" is not a pair' in refused("roster", "new", "names.csv", "--apart", "m0")
    assert "names.txt does not exist" in refused("roster", "new", "names.txt")


def test_export_to_folders(course: Path) -> None:
    """Formats with a document for each member are written into a folder, names kept readable."""
    run("export", "--format", "gradescope", "--output", "gradescope")
    assert len(list((course / "gradescope").iterdir())) == 15
    assert json.loads((course / "gradescope" / "강 건.json").read_text())["score"] > 0
    run("export", "--format", "classroom50", "--output", "c50", "--repo", "o/r")
    assert len(list((course / "c50").iterdir())) == 15 * 5
    assert "needs a folder: --output" in refused("export", "--format", "gradescope")
    (course / "file").write_text("")
    message = refused("export", "--format", "gradescope", "--output", "file")
    assert "file cannot be created" in message


@pytest.mark.parametrize("form", ["junit", "canvas", "csv", "gradebook"])
def test_export_to_one_file(course: Path, form: str) -> None:
    """The other formats are one text, on standard output or in a file."""
    printed = run("export", "--format", form).stdout
    run("export", "--format", form, "--output", "out")
    written = (course / "out").read_text(encoding="utf-8")
    assert written.removeprefix("\ufeff") == printed.replace("\r\n", "\n")
    assert "강 건" in printed


def test_gradebooks_travel(course: Path) -> None:
    """Exported and imported elsewhere, a gradebook yields the same report."""
    run("override", "강 건", "iris", "--score", "4.5", "--reason", "was ill")
    run("export", "--format", "gradebook", "--output", "saved.jsonl")
    assert "46 new, 0 already" in run("import", "saved.jsonl", "--gradebook", "new.sqlite").stdout
    assert "0 new, 46 already" in run("import", "saved.jsonl", "--gradebook", "new.sqlite").stdout
    old, new = (
        run("report", "--format", "csv", "--staff", "--gradebook", name).stdout
        for name in ("gradebook.sqlite", "new.sqlite")
    )
    assert old == new


def test_half_a_file_is_not_imported(course: Path) -> None:
    """A file that was cut short is refused, and the gradebook stays empty."""
    run("export", "--format", "gradebook", "--output", "saved.jsonl")
    whole = (course / "saved.jsonl").read_bytes()
    (course / "saved.jsonl").write_bytes(whole[: whole.rindex(b"{")])
    assert "saved.jsonl is not whole" in refused("import", "saved.jsonl", "--gradebook", "n.sqlite")
    (course / "saved.jsonl").write_bytes(b"\xff" + whole)
    assert "is not UTF-8" in refused("import", "saved.jsonl", "--gradebook", "n.sqlite")
    with Gradebook(course / "n.sqlite") as book:
        assert book.attempts() == []
    assert "none.jsonl does not exist" in refused("import", "none.jsonl")


@pytest.mark.parametrize(
    "command", [["report"], ["history", "강 건"], ["export", "--format", "csv"]]
)
def test_gradebooks_that_are_none(course: Path, command: list[str]) -> None:
    """No gradebook, half of one, and another program's file: one sentence with the name."""
    assert "there is no gradebook yet" in refused(*command, "--gradebook", "none.sqlite")
    assert not (course / "none.sqlite").exists()
    whole = (course / "gradebook.sqlite").read_bytes()
    (course / "half.sqlite").write_bytes(whole[: len(whole) // 2])
    assert "half.sqlite is damaged; restore a copy" in refused(
        *command, "--gradebook", "half.sqlite"
    )
    (course / "text.sqlite").write_text("member,score\n" * 100)
    assert "is not a gradebook" in refused(*command, "--gradebook", "text.sqlite")
    sqlite3.connect(course / "foreign.sqlite").execute("CREATE TABLE x (y)").connection.close()
    assert "another program" in refused(*command, "--gradebook", "foreign.sqlite")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "command",
    [["report", "--format", "html"], ["export", "--format", "csv"]],
)
def test_a_full_disk(course: Path, command: list[str]) -> None:
    """What cannot be written is said in one sentence with the reason."""
    assert "/dev/full cannot be written: No space left" in refused(
        *command, "--output", "/dev/full"
    )


def test_people_not_in_the_roster_are_named(course: Path) -> None:
    """Attempts of strangers do not count, and staff are told whose they are."""
    (course / "groups.yaml").write_text(
        "course: c\ngroups: [{name: A, members: [{name: 기민준}]}]\n"
    )
    result = run("report")
    assert "강 건" in result.stderr
    assert "강 건" not in result.stdout


def test_history_of_nobody(course: Path) -> None:
    """Nothing recorded of a member is said, not shown as an empty table."""
    assert 'no attempts recorded for "zoe"' in refused("history", "zoe")


def test_rules_for_what_is_never_due(course: Path) -> None:
    """A late rule for an assignment without due date is refused by every command that counts."""
    (course / "groups.yaml").write_text(
        GROUPS.replace("missing: zero}", "missing: zero, late: {iris: {loses: 0.1}}}"),
        encoding="utf-8",
    )
    for command in (["report"], ["roster", "check"]):
        assert "iris has no due date" in refused(*command)


def test_late_rules_and_one_assignment(course: Path) -> None:
    """A late rule for one assignment does not hinder a report on another, and does its work."""
    (course / "assignments").unlink()
    for file in (ROOT / "assignments").glob("*/assignment.yaml"):
        copy = course / "assignments" / file.parent.name / file.name
        copy.parent.mkdir(parents=True)
        text = file.read_text(encoding="utf-8")
        due = "due: 2026-10-01T00:00:00+09:00"
        copy.write_text(text.replace("due: null", due), encoding="utf-8")
    policy = "missing: zero, late: {iris: {loses: 0.01, cutoff: 90d}}}"
    (course / "groups.yaml").write_text(GROUPS.replace("missing: zero}", policy), encoding="utf-8")
    mnist = run("report", "--format", "json", "--assignment", "mnist").stdout
    assert json.loads(mnist)["policy"]["late"]["iris"]["loses"] == 0.01
    assert "late, 0." in run("report", "--explain", "A").output
    assert "Late work at iris: loses 1% for each begun 1 day" in " ".join(
        run("report", "--format", "markdown").output.split()
    )


def test_files_of_the_current_directory_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside a checkout its own groups.yaml and gradebook are read, and the report names both."""
    (tmp_path / "groups.yaml").write_text(
        "course: Mine\ngroups:\n  - {name: Solo, members: [{name: Ada}]}\n", encoding="utf-8"
    )
    fill(tmp_path / "gradebook.sqlite", roster({"Solo": ("Ada",)}), 3)
    monkeypatch.chdir(tmp_path)
    done = run("report", "--format", "json")
    assert [group["group"] for group in json.loads(done.stdout)["groups"]] == ["Solo"]
    assert "read: groups.yaml, gradebook.sqlite, " in done.stderr

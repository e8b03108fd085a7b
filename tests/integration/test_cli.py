"""The command line, run as its users run it: output, exit codes, sentences about bad input."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import yaml
from rich.cells import cell_len
from tether import tether

from grader.course.assignment import load_assignments
from grader.course.submission import Submission, content_digest
from grader.gradebook import Gradebook
from grader.result import (
    SCHEMA_FILE,
    AssignmentResult,
    CheckResult,
    Environment,
    SubmissionResult,
    Verdict,
)

CHECKOUT = Path(__file__).parents[2]
SOFTMAX = CHECKOUT / "tests" / "specimens" / "softmax"
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment() -> dict[str, str]:
    """The environment of a user at a terminal of 80 columns, without MNIST."""
    own = {key: value for key, value in os.environ.items() if key != "GRADER_DATA"}
    return own | {"COLUMNS": "80", "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `grader` in a scratch folder; without a checkout there, the installed one is used."""

    def ran(*words: str | Path, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, words)],
            cwd=cwd,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return ran


def hand_in(folder: Path, specimen: str = "passed/reference") -> Path:
    """Lay out a submission of softmax in `folder`."""
    (folder / "softmax").mkdir(parents=True)
    shutil.copyfile(SOFTMAX / specimen / "softmax.py", folder / "softmax" / "softmax.py")
    return folder


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Require exit code 2 and one sentence with these words, on standard error alone."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr.replace("\n", " "), done.stderr


def test_a_graded_submission_is_exit_0_whatever_its_score(run: Run, tmp_path: Path) -> None:
    """A wrong solution is a result: feedback on standard output, exit code 0."""
    done = run("grade", hand_in(tmp_path / "ada", "failed/wrong_axis"), "-a", "softmax")
    assert done.returncode == 0, done.stderr
    assert "softmax" in done.stdout
    assert "✗" in done.stdout
    assert "Traceback" not in done.stderr


def test_json_on_standard_output_is_valid_and_alone(run: Run, tmp_path: Path) -> None:
    """`--json -` prints one JSON object that the schema allows, and nothing else."""
    done = run("grade", hand_in(tmp_path / "ada"), "-a", "softmax", "--json", "-", "--seed", "3")
    result = json.loads(done.stdout)
    jsonschema.validate(result, json.loads(SCHEMA_FILE.read_text()))
    assert (result["score"], result["points"]) == (20, 20)
    assert result["environment"]["seed"] == 3
    files = {"softmax": {"softmax.py": (tmp_path / "ada/softmax/softmax.py").read_bytes()}}
    assert result["assignments"][0]["digest"] == content_digest(files)


def test_files_are_written_where_they_are_asked_for(run: Run, tmp_path: Path) -> None:
    """JSON and JUnit files hold the result; a check is a test case."""
    source = hand_in(tmp_path / "ada", "failed/wrong_axis")
    run("grade", source, "-a", "softmax", "--json", "r.json", "--junit", "r.xml")
    checks = json.loads((tmp_path / "r.json").read_text())["assignments"][0]["checks"]
    cases = ET.parse(tmp_path / "r.xml").getroot().findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == [check["title"] for check in checks]
    failed = [check["verdict"] == "failed" for check in checks]
    assert [case.find("failure") is not None for case in cases] == failed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["grade", "nowhere"], ["nowhere", "does not exist"]),
        (["grade", "nowhere", "--cohort"], ["nowhere", "not a folder"]),
        (["grade", ".", "-a", "sofmax"], ['"sofmax"', "softmax"]),
        (["grade", ".", "--checks", "nowhere"], ["nowhere", "--checks"]),
        (["grade", ".", "--jobs", "0"], ["--jobs"]),
        (["grade", ".", "--seed", "x"], ["--seed"]),
        (["grade", ".", "--seed", str(1 << 53)], ["--seed"]),
        (["grade"], ["DIR"]),
        (["report"], ["gradebook.sqlite", "no gradebook yet"]),
        (["report", "--median", "--mean"], ["choose one"]),
        (["report", "--groups", "nowhere.yaml"], ["nowhere.yaml"]),
        (["roster", "check", "nowhere.yaml"], ["nowhere.yaml"]),
        (["hint", "softmax", "9"], ["no task 9", "1, 2"]),
        (["check", "nosuch"], ['"nosuch"']),
        (["nosuch"], ["nosuch"]),
    ],
)
def test_wrong_usage_is_one_sentence(run: Run, words: list[str], said: list[str]) -> None:
    """Usage and configuration errors: exit code 2, the name of what is wrong, no traceback."""
    refused(run(*words), *said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "course: X\ngroups:\n  - name: A\n    members: [{nam: b}]\n",
            ["roster.yaml, line 4", "nam"],
        ),
        ("course: X\ngroups:\n  - name: A\n    members: []\n", ["roster.yaml", "A"]),
        ("course: X\ngroups: [\n", ["roster.yaml"]),
        (
            "course: X\ngroups:\n  - {name: A, members: [{name: 강건}]}\n"
            "  - {name: B, members: [{name: 강건}]}\n",
            ["roster.yaml, line 4", "강건"],
        ),
    ],
)
def test_a_wrong_roster_is_told_with_its_line(
    run: Run, tmp_path: Path, text: str, said: list[str]
) -> None:
    """A typo, an empty group, a member in two groups: the sentence names file and line."""
    (tmp_path / "roster.yaml").write_text(text, encoding="utf-8")
    refused(run("roster", "check", "roster.yaml"), *said)


def test_a_typo_in_assignment_yaml_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    """An unknown key of a course's own checkout names file and line."""
    shutil.copytree(CHECKOUT / "assignments" / "softmax", tmp_path / "assignments" / "softmax")
    path = tmp_path / "assignments" / "softmax" / "assignment.yaml"
    path.write_text(path.read_text().replace("limits:", "limit:"), encoding="utf-8")
    refused(run("grade", hand_in(tmp_path / "ada")), "assignment.yaml, line", "limit")


def test_what_a_student_cannot_hand_in_is_a_notice(run: Run, tmp_path: Path) -> None:
    """50 MB, a link, garbage: each is a graded submission that earns nothing and says why."""
    cohort = tmp_path / "cohort"
    for name in ("large", "garbage", "link"):
        (cohort / name / "softmax").mkdir(parents=True)
    with (cohort / "large" / "softmax" / "softmax.py").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    (cohort / "garbage" / "softmax" / "softmax.py").write_bytes(bytes(range(256)) * 20)
    (cohort / "link" / "softmax" / "softmax.py").symlink_to("/etc/passwd")
    (cohort / "all").symlink_to(hand_in(tmp_path / "elsewhere"))
    done = run("grade", cohort, "--cohort", "-a", "softmax", "--json", "-")
    assert done.returncode == 0, done.stderr
    results = {r["member"]: r for r in json.loads(done.stdout)["submissions"]}
    assert {name: r["score"] for name, r in results.items()} == dict.fromkeys(results, 0)
    assert "larger than" in results["large"]["notices"][0]
    assert "symbolic link" in results["link"]["notices"][0]
    assert "symbolic link" in results["all"]["notices"][0]
    assert results["garbage"]["assignments"][0]["verdict"] == "errored"
    assert "root:" not in done.stdout


def test_a_submission_that_is_a_link_is_refused(run: Run, tmp_path: Path) -> None:
    """A single submission has to be a folder."""
    (tmp_path / "link").symlink_to(hand_in(tmp_path / "ada"))
    refused(run("grade", "link"), "link", "symbolic link")


def test_a_line_for_each_submission_fits_80_columns(run: Run, tmp_path: Path) -> None:
    """Progress is on standard error, a line each, aligned also with Hangul names."""
    for name in ("기민준", "ada", "강 건"):
        hand_in(tmp_path / "cohort" / name)
    done = run("grade", "cohort", "--cohort", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if "/100" in line]
    assert len(lines) == 3
    assert {cell_len(line[: line.index("/100")]) for line in lines} == {len("   1/3  기민준") + 10}
    assert all(cell_len(line) <= 80 for line in done.stderr.splitlines())


def started(cohort: Path, cwd: Path) -> subprocess.Popen[str]:
    """A running `grader grade --cohort`."""
    words = [*COMMAND, "grade", str(cohort), "--cohort", "-a", "softmax", "--jobs", "1"]
    return subprocess.Popen(
        words,
        cwd=cwd,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=tether,
    )


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_cohort_goes_on_where_it_was(
    run: Run, tmp_path: Path, end: signal.Signals
) -> None:
    """After kill -9 or Ctrl-C no attempt is lost, none is there twice, none is redone."""
    names = [f"member{n}" for n in range(12)]
    for name in names:
        folder = hand_in(tmp_path / "cohort" / name) / "softmax" / "softmax.py"
        folder.write_text(f"{folder.read_text()}\n# {name}\nimport time; time.sleep(0.2)\n")
    process = started(tmp_path / "cohort", tmp_path)
    assert process.stderr is not None
    for line in process.stderr:
        if line.lstrip().startswith("3/12"):
            break
    os.kill(process.pid, end)
    process.wait(timeout=60)
    process.stderr.close()
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        before = {attempt.member: attempt.graded_at for attempt in book.attempts()}
    assert 3 <= len(before) < 12
    done = run("grade", "cohort", "--cohort", "-a", "softmax")
    assert f"{len(before)} already graded, {12 - len(before)} to do" in done.stderr
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        attempts = book.attempts()
    assert sorted(attempt.member for attempt in attempts) == sorted(names)
    after = {attempt.member: attempt.graded_at for attempt in attempts}
    assert before.items() <= after.items()


def test_no_student_code_runs_on_after_a_kill(tmp_path: Path) -> None:
    """When the grader is killed, its sandbox and the student's endless loop end with it."""
    folder = tmp_path / "cohort" / "ada" / "softmax"
    folder.mkdir(parents=True)
    (folder / "softmax.py").write_text("while True: pass\n")
    process = started(tmp_path / "cohort", tmp_path)
    deadline = time.monotonic() + 120
    while len(family(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    relatives = family(process.pid)
    assert relatives
    process.kill()
    process.wait(timeout=60)
    assert process.stderr is not None
    process.stderr.close()
    while any(Path(f"/proc/{pid}").exists() for pid in relatives) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in relatives if Path(f"/proc/{pid}").exists()]


def family(pid: int) -> list[int]:
    """All processes below `pid`."""
    children: list[int] = []
    with suppress(OSError):  # gone meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(word) for word in (task / "children").read_text().split()]
    return children + [grandchild for child in children for grandchild in family(child)]


def attempt(member: str, minute: int, **scores: float) -> SubmissionResult:
    """A recorded result with these scores; the rest was not handed in."""
    points = {a.id: a.points for a in load_assignments(CHECKOUT / "assignments")}
    parts = []
    for name, worth in points.items():
        score = scores.get(name)
        verdict = Verdict.SKIPPED if score is None else Verdict.FAILED
        check = CheckResult(id=f"{name}.c", task=1, title="c", verdict=verdict, score=score or 0.0,
                            points=worth, visibility="hidden", seconds=0.0)  # fmt: skip
        parts.append(AssignmentResult(id=name, verdict=verdict, score=score or 0.0, points=worth,
                                      seconds=0.0, checks=(check,)))  # fmt: skip
    files = {"softmax": {"softmax.py": repr((member, scores)).encode()}}
    environment = Environment(grader="1", checks="c", python="3", torch="2", sandbox="x", seed=1,
                              dataset={})  # fmt: skip
    return SubmissionResult(
        member=member,
        digest=Submission(files=files).digest,
        graded_at=datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=minute),
        score=sum(part.score for part in parts),
        points=100.0,
        seconds=0.0,
        environment=environment,
        assignments=tuple(parts),
    )


def test_group_medians_worked_by_hand(run: Run, tmp_path: Path) -> None:
    """The report's medians are those of a calculation on paper.

    A: totals 20 + 25 = 45, 30 (the better softmax, 20, and 10 for iris), no attempt 0: median 30.
    B: totals 100, 12.5, 60: median 60. Medians of single assignments would say otherwise.
    C: nobody handed anything in: 0. D: four members, 10, 20, 40, 80: (20 + 40) / 2 = 30.
    """
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        for number, (member, scores) in enumerate(
            [
                ("기민준", {"softmax": 20, "cross_entropy": 25}),
                ("이진욱", {"softmax": 5}),
                ("이진욱", {"softmax": 20, "iris": 10}),
                ("이진욱", {"softmax": 15}),
                ("b1", {"softmax": 20, "cross_entropy": 25, "training_loop": 20, "iris": 15,
                        "mnist": 20}),
                ("b2", {"softmax": 12.5}),
                ("b3", {"cross_entropy": 25, "training_loop": 20, "iris": 15}),
                ("d1", {"softmax": 10}), ("d2", {"softmax": 20}),
                ("d3", {"training_loop": 20, "mnist": 20}),
                ("d4", {"cross_entropy": 25, "training_loop": 20, "iris": 15, "mnist": 20}),
            ]
        ):  # fmt: skip
            book.record(attempt(member, number, **scores))
    (tmp_path / "roster.yaml").write_text(
        "course: C\ngroups:\n"
        "  - {name: A, members: [{name: 기민준}, {name: 이진욱}, {name: 전채훈}]}\n"
        "  - {name: B, members: [{name: b1}, {name: b2}, {name: b3}]}\n"
        "  - {name: C, members: [{name: c1}, {name: c2}, {name: c3}]}\n"
        "  - {name: D, members: [{name: d1}, {name: d2}, {name: d3}, {name: d4}]}\n"
    )
    done = run("report", "--median", "--format", "json", "--groups", "roster.yaml")
    assert done.returncode == 0, done.stderr
    groups = {g["group"]: g for g in json.loads(done.stdout)["groups"]}
    medians = {name: g["score"] for name, g in groups.items()}
    assert medians == {"A": 30, "B": 60, "C": 0, "D": 30}
    assert {name: g["rank"] for name, g in groups.items()} == {"A": 2, "B": 1, "C": 4, "D": 2}
    assert {name: g["submitted"] for name, g in groups.items()} == {"A": 2, "B": 3, "C": 0, "D": 4}
    assert groups["B"]["spread"] == [12.5, 100]
    assert groups["A"]["progress"] == 0.3
    table = run("report", "--groups", "roster.yaml")
    assert all(cell_len(line) <= 80 for line in table.stdout.splitlines())


def test_a_single_submission_is_recorded_under_its_folders_name(run: Run, tmp_path: Path) -> None:
    """`--gradebook` with one submission takes the folder's name for the member."""
    source = hand_in(tmp_path / "기민준")
    for _ in range(2):
        done = run("grade", source, "-a", "softmax", "--gradebook", "g.sqlite")
        assert done.returncode == 0, done.stderr
    assert "1 already graded" in done.stderr
    with Gradebook(tmp_path / "g.sqlite") as book:
        assert [a.member for a in book.attempts()] == ["기민준"]


def test_feedback_of_one_member_is_shown_off_github(run: Run, tmp_path: Path) -> None:
    """`history --feedback` shows each assignment's latest attempt as a pull request would."""
    (tmp_path / "groups.yaml").write_text(
        "course: X\ngroups: [{name: A, members: [{name: ada}]}]\n"
    )
    for specimen in ("passed/reference", "failed/no_max_shift"):
        source = tmp_path / "ada"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(SOFTMAX / specimen, source / "softmax")
        run("grade", source, "-a", "softmax", "--gradebook", "gradebook.sqlite")
    done = run("history", "ada", "--feedback")
    assert done.returncode == 0, done.stderr
    assert "graded" in done.stdout
    assert done.stdout.count("softmax  ") == 1  # the latest attempt, not both
    assert "looks like" in done.stdout
    assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())


def test_a_folder_is_late_only_by_a_time_of_submission(run: Run, tmp_path: Path) -> None:
    """Graded after the due date nothing is late; a time given later counts, and grades no second
    time.
    """
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    path = tmp_path / "assignments" / "softmax" / "assignment.yaml"
    path.write_text(path.read_text().replace("due: null", "due: 2025-11-30 23:59"))
    (tmp_path / "groups.yaml").write_text(
        "course: X\npolicy: {late: {softmax: {loses: 0.5}}}\n"
        "groups: [{name: A, members: [{name: ada}]}]\n"
    )
    hand_in(tmp_path / "cohort" / "ada")
    words = ["grade", "cohort", "--cohort", "-a", "softmax"]

    def score() -> float:
        found: float = json.loads(run("report", "--format", "json").stdout)["groups"][0]["score"]
        return found

    run(*words)
    assert score() == 20
    assert "not known" in run("history", "ada").stdout
    late = run(*words, "--submitted-at", "2025-12-01 12:00")
    assert "1 already graded, 0 to do" in late.stderr
    assert score() == 10
    assert "2025-12-01 12:00" in run("history", "ada").stdout


def test_a_bad_due_date_stops_only_what_needs_it(run: Run, tmp_path: Path) -> None:
    """Hints and checks go on; what counts lateness, and lint, name the file, line and the form."""
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    (tmp_path / "groups.yaml").write_text(
        "course: X\ngroups: [{name: A, members: [{name: ada}]}]\n"
    )
    path = tmp_path / "assignments" / "mnist" / "assignment.yaml"
    path.write_text(path.read_text().replace("due: null", "due: 30.11.2026"))
    assert run("hint", "softmax").returncode == 0
    assert "points" in run("check", "softmax").stdout
    refused(
        run("roster", "check"),
        'assignment.yaml, line 11: due: "30.11.2026" is not a date; write it as 2026-11-30',
    )


def test_a_seed_of_ones_own_grades_anew(run: Run, tmp_path: Path) -> None:
    """`--seed` asks for a run with that seed, whatever the gradebook holds, and records it."""
    source = hand_in(tmp_path / "ada")
    words = ["grade", source, "-a", "softmax", "--gradebook", "g.sqlite", "--json", "-"]
    run(*words)
    again = run(*words, "--seed", "11")
    assert json.loads(again.stdout)["environment"]["seed"] == 11
    with Gradebook(tmp_path / "g.sqlite") as book:
        recorded = [one.result.environment.seed for one in book.attempts()]
    assert len(recorded) == 2
    assert recorded[1] == 11


def test_members_may_hand_in_the_same_files(run: Run, tmp_path: Path) -> None:
    """Two members with identical files are two attempts, each under its own name."""
    for name in ("ada", "bob"):
        hand_in(tmp_path / "cohort" / name)
    done = run("grade", "cohort", "--cohort", "-a", "softmax", "--json", "-")
    assert [r["member"] for r in json.loads(done.stdout)["submissions"]] == ["ada", "bob"]
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        assert sorted(a.member for a in book.attempts()) == ["ada", "bob"]


def own_checkout(folder: Path, specimen: str) -> Path:
    """A student's checkout with their softmax.py."""
    shutil.copytree(CHECKOUT / "assignments", folder / "assignments")
    source = SOFTMAX / specimen / "softmax.py"
    shutil.copyfile(source, folder / "assignments" / "softmax" / "softmax.py")
    return folder


def test_check_runs_public_checks_on_ones_own_code(run: Run, tmp_path: Path) -> None:
    """`grader check softmax` marks what passes and explains what does not, with numbers."""
    own_checkout(tmp_path, "failed/wrong_axis")
    done = run("check", "softmax")
    assert done.returncode == 0, done.stderr
    assert "✓" in done.stdout
    assert "✗" in done.stdout
    assert "instead of" in done.stdout
    assert "hidden checks" in done.stdout
    assert "grader hint softmax" in done.stdout
    assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())


def test_check_works_below_the_checkout(run: Run, tmp_path: Path) -> None:
    """The command finds assignments/ above the current directory."""
    own_checkout(tmp_path, "passed/reference")
    done = run("check", "softmax", cwd=tmp_path / "assignments" / "softmax")
    assert done.returncode == 0, done.stderr
    assert "✗" not in done.stdout
    assert "Stuck" not in done.stdout


def test_hints_climb_a_ladder(run: Run, tmp_path: Path) -> None:
    """Each call shows the next hint of the task; the last one stays."""
    own_checkout(tmp_path, "passed/reference")
    said = [run("hint", "softmax", "1").stdout for _ in range(4)]
    assert [f"hint {n} of 3" in text for n, text in zip((1, 2, 3, 3), said, strict=True)]
    assert len(set(said)) == 3
    assert ["last hint" in text for text in said] == [False, False, True, True]
    form = yaml.safe_load((CHECKOUT / ".github/ISSUE_TEMPLATE/lab-question.yml").read_text())
    assert form["name"] in " ".join(said[2].split())
    assert "task 2: hint 1" in run("hint", "softmax").stdout


def test_timings_name_the_phases(run: Run, tmp_path: Path) -> None:
    """--timings says on standard error where the time went, and changes nothing else."""
    done = run("grade", hand_in(tmp_path / "ada"), "-a", "softmax", "--timings", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["score"] == 20
    phases = ("start", "import torch", "warm process", "fork and jail", "student's import",
              "student's answers", "comparison", "report", "together")  # fmt: skip
    found = [line.rsplit(" s", 1)[0] for line in done.stderr.splitlines()]
    for phase in phases:
        [line] = [line for line in found if line.startswith(f"{phase}  ")]
        assert float(line.removeprefix(phase)) >= 0


def test_a_regrade_names_who_has_another_score(run: Run, tmp_path: Path) -> None:
    """After a change of one assignment's checks it alone is graded again; old attempts stay."""
    hand_in(tmp_path / "cohort" / "ada")
    hand_in(tmp_path / "cohort" / "bob", "failed/no_max_shift")
    other = (CHECKOUT / "assignments/cross_entropy/cross_entropy.py").read_text()
    for member, source in (("ada", other), ("bob", other)):
        (tmp_path / "cohort" / member / "cross_entropy").mkdir()
        (tmp_path / "cohort" / member / "cross_entropy/cross_entropy.py").write_text(source)
    (tmp_path / "cohort" / "cay").mkdir()  # has handed in nothing
    book, only = tmp_path / "book.sqlite", ("-a", "softmax", "-a", "cross_entropy")
    first = run("grade", tmp_path / "cohort", "--cohort", *only, "--gradebook", book)
    assert first.returncode == 0, first.stderr
    own = tmp_path / "own"
    own.mkdir()
    (own / "test_softmax.py").write_text(
        "from grader.checking import check\n\n"
        "@check(task=1, points=8, title='anything')\n"
        "def test_anything(student):\n    pass\n\n"
        "@check(task=2, points=5.5, title='and more')\n"
        "def test_more(student):\n    pass\n"
    )
    again = ("regrade", tmp_path / "cohort", *only, "--gradebook", book, "--checks", own)
    done = run(*again)
    assert done.returncode == 0, done.stderr
    with Gradebook(book) as opened:
        results = {m: [a.result for a in opened.attempts(m)] for m in ("ada", "bob")}
    for before, after in results.values():
        assert [part.id for part in before.assignments] == ["softmax", "cross_entropy"]
        assert [part.id for part in after.assignments] == ["softmax"]
    scores = {m: [found[0].assignments[0].score, found[1].score] for m, found in results.items()}
    lines = [
        f"{m}: {old:g} → {new:g} (softmax)"
        for m, (old, new) in sorted(scores.items())
        if old != new
    ]
    *changes, total = done.stdout.splitlines()
    assert sorted(changes) == lines
    assert lines
    assert total == f"3 submissions, {len(lines)} with another score than before."
    assert "3 already graded, 0 to do\n" in run(*again).stderr
    assert "already graded" not in run(*again, "--force").stderr
    with Gradebook(book) as opened:
        assert all(len(opened.attempts(member)) == 3 for member in ("ada", "bob", "cay"))


def test_check_names_the_file_the_task_and_what_is_left(run: Run, tmp_path: Path) -> None:
    """Of an untouched stub: which file was read, and which functions wait to be written."""
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    done = run("check", "softmax", cwd=tmp_path)
    said = " ".join(done.stdout.split())
    assert "softmax Softmax assignments/softmax/softmax.py" in said
    assert "· task 1: Three logits softmax is not written yet (line 17)" in said
    assert "task 2: The module's probabilities Softmax.__init__ is not written yet" in said
    assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())


def test_check_says_which_data_it_used(run: Run, tmp_path: Path) -> None:
    """Without the real MNIST a student reads that the digits stand in its place."""
    shutil.copytree(CHECKOUT / "assignments", tmp_path / "assignments")
    done = run("check", "mnist", cwd=tmp_path)
    assert "data: digits in place of mnist" in done.stdout

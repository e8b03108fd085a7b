"""Which checks grade: those that lie there, all of them, whatever the user's environment says."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from timeless import timeless

from grader.course.assignment import Assignment, load_assignments
from grader.errors import ConfigurationError
from grader.grading import Grader
from grader.plan import HIDDEN, Plan
from grader.result import SubmissionResult
from grader.sandbox.host.unjailed import Unjailed

CHECKOUT = Path(__file__).parents[2]
WRONG_AXIS = CHECKOUT / "tests" / "specimens" / "softmax" / "failed" / "wrong_axis" / "softmax.py"
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
SHIPPED = (HIDDEN / "softmax" / "test_softmax.py").read_text(encoding="utf-8")

Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ada's submission, private checks that import a module, and traps around."""
    place = tmp_path_factory.mktemp("course")
    (place / "ada" / "softmax").mkdir(parents=True)
    shutil.copy(WRONG_AXIS, place / "ada" / "softmax")
    private = place / "private"
    private.mkdir()
    own = f'{SHIPPED}\nfrom answers import MARK\nassert MARK == "ours"\n'
    (private / "test_softmax.py").write_text(own, encoding="utf-8")
    (private / "answers.py").write_text('MARK = "ours"\n')
    # What pytest takes from folders above the tests, and beside them.
    deselect = "def pytest_collection_modifyitems(items): items[:] = items[:1]\n"
    for folder in (place, private):
        (folder / "conftest.py").write_text(deselect)
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -k values\n")
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "meddler.py").write_text(deselect)
    (elsewhere / "answers.py").write_text('MARK = "theirs"\n')
    return place


@pytest.fixture(scope="module")
def run(place: Path) -> Run:
    """Run `grader` in that folder with more variables than usual."""

    def ran(*words: str | Path, **more: str) -> Ran:
        own = {key: value for key, value in os.environ.items() if key != "GRADER_DATA"}
        own = {key: value for key, value in own.items() if not key.startswith("PYTEST_")}
        return subprocess.run(
            [*COMMAND, *map(str, words)], cwd=place, text=True, capture_output=True,
            timeout=300, check=False, encoding="utf-8",
            env=own | {"PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1", "COLUMNS": "80"} | more,
        )  # fmt: skip

    return ran


@pytest.fixture(scope="module")
def graded(run: Run) -> Callable[..., SubmissionResult]:
    """The result of ada's submission by the private checks, under more variables."""

    def found(**more: str) -> SubmissionResult:
        words = ("grade", "ada", "-a", "softmax", "--seed", "3", "--json", "-")
        done = run(*words, "--checks", "private", **more)
        assert done.returncode == 0, done.stderr
        return SubmissionResult.parse(done.stdout)

    return found


@pytest.fixture(scope="module")
def usual(graded: Callable[..., SubmissionResult]) -> SubmissionResult:
    """The same without any variable."""
    return graded()


def test_a_module_beside_private_checks_can_be_imported(usual: SubmissionResult) -> None:
    """The checks import `answers` from their own folder, and all of them take part."""
    shipped = SHIPPED.count("\n@check(") + (CHECKOUT / "assignments/softmax/test_public.py"
                                            ).read_text().count("\n@check(")  # fmt: skip
    assert len(usual.assignments[0].checks) == shipped
    assert usual.points == 20
    assert 0 < usual.score < 20


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTEST_ADDOPTS": "-k values"},
        {"PYTEST_ADDOPTS": "-n 2"},
        {"PYTEST_ADDOPTS": "-q"},
        {"PYTEST_PLUGINS": "meddler", "PYTHONPATH": "elsewhere"},
        {"OMP_NUM_THREADS": "7", "MKL_NUM_THREADS": "7"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"},
        {"PYTHONHASHSEED": "7", "PYTHONOPTIMIZE": "1"},
    ],
    ids=lambda variables: " ".join(f"{k}={v}" for k, v in variables.items()),
)
def test_no_variable_changes_what_is_graded(
    place: Path, graded: Callable[..., SubmissionResult], usual: SubmissionResult,
    variables: Mapping[str, str],
) -> None:  # fmt: skip
    """The result is the usual one to the last bit, whatever pytest or Python is told."""
    more = dict(variables)
    if "PYTHONPATH" in more:
        more["PYTHONPATH"] = os.pathsep.join([str(place / "elsewhere"), str(CHECKOUT)])
    assert timeless(graded(**more)) == timeless(usual)


def half_course(folder: Path, *names: str) -> Path:
    """A copy of the assignments of these names, and a submission of each by ada."""
    for name in names:
        shutil.copytree(CHECKOUT / "assignments" / name, folder / "assignments" / name)
        reference = CHECKOUT / "tests" / "specimens" / name / "passed" / "reference"
        shutil.copytree(reference, folder / "cohort" / "ada" / name)
    return folder


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["grade", "ada", "-a", "softmax"], ["test_softmx.py", 'did you mean "test_softmax.py"?']),
        (["grade", ".", "--cohort"], ["test_softmx.py", 'did you mean "test_softmax.py"?']),
        (["regrade", "."], ["test_softmx.py", 'did you mean "test_softmax.py"?']),
        (["ci", "grade"], ["test_softmx.py", 'did you mean "test_softmax.py"?']),
        (["replay", "r.json", "ada"], ["test_softmx.py", 'did you mean "test_softmax.py"?']),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_test_file_of_a_wrong_name_is_refused(
    place: Path, run: Run, tmp_path: Path, words: list[str], named: list[str],
    usual: SubmissionResult,
) -> None:  # fmt: skip
    """`--checks` with a file that belongs to no assignment: one sentence, nothing is graded."""
    (tmp_path / "test_softmx.py").write_text(SHIPPED, encoding="utf-8")
    (place / "r.json").write_text(usual.to_json(), encoding="utf-8")
    event = tmp_path / "event.json"
    user = {"login": "ada"}
    event.write_text(json.dumps({"action": "opened", "pull_request": {
        "number": 1, "user": user, "updated_at": "2026-11-21T00:00:00Z", "state": "open",
        "head": {"sha": "0" * 40, "ref": "x"}, "base": {"sha": "0" * 40, "ref": "main"},
    }}))  # fmt: skip
    (place / "groups.yaml").write_text(
        "course: X\ngroups:\n  - {name: A, members: [{name: Ada, github: ada}]}\n"
    )
    done = run(*words, "--checks", tmp_path, GITHUB_EVENT_PATH=str(event))
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    for word in named:
        assert word in done.stderr
    assert not (place / "gradebook.sqlite").exists()


def test_a_folder_without_any_check_is_refused(run: Run, tmp_path: Path) -> None:
    """`--checks` with nothing in it is no way to full marks."""
    done = run("grade", "ada", "-a", "softmax", "--checks", tmp_path)
    assert done.returncode == 2
    assert "holds none of" in done.stderr
    assert "test_softmax.py" in done.stderr


def test_private_checks_are_laid_over_the_shipped_ones(run: Run, tmp_path: Path) -> None:
    """An assignment without a private file is graded with the shipped one."""
    shutil.copy(HIDDEN / "cross_entropy" / "test_cross_entropy.py", tmp_path)
    words = ("grade", "ada", "-a", "softmax", "--seed", "3", "--json", "-")
    plain, laid = run(*words), run(*words, "--checks", tmp_path)
    assert laid.returncode == 0, laid.stderr
    one, other = (SubmissionResult.parse(done.stdout) for done in (plain, laid))
    assert [c.score for c in one.assignments[0].checks] == [
        c.score for c in other.assignments[0].checks
    ]
    assert other.points == 20


@pytest.fixture
def softmax() -> Assignment:
    """The first assignment."""
    [found] = [a for a in load_assignments(CHECKOUT / "assignments") if a.id == "softmax"]
    return found


ONE = (
    "from grader.checking import check\n@check(task={}, points={}, title='t')\ndef test_{}(): ...\n"
)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "task 1: its checks are worth 4 points, the task 12 (and 1 more)"),
        (ONE.format(1, 8, "a"), "task 2: its checks are worth 2.5 points, the task 8"),
        (ONE.format(1, 8, "a") + ONE.format(2, 5.6, "b"), "are worth 8.1 points, the task 8"),
        (
            ONE.format(1, 8, "a") + ONE.format(2, 5.5, "b") + ONE.format(3, 1, "c"),
            "a check is of task 3, but there is no task 3",
        ),
        ("import pytest\npytest.skip('later', allow_module_level=True)", "are worth 4 points"),
    ],
)
def test_checks_that_do_not_add_up_grade_nothing(
    softmax: Assignment, tmp_path: Path, source: str, said: str
) -> None:
    """Missing, surplus, skipped checks: an error that names task and files, before any grading."""
    path = tmp_path / "test_softmax.py"
    path.write_text(source)
    with Unjailed() as sandbox, pytest.raises(ConfigurationError) as caught:
        Grader(Plan([softmax], tmp_path, 1), sandbox, now=pytest.fail)
    assert said in str(caught.value)
    assert "test_public.py" in str(caught.value)


def test_public_checks_alone_may_be_worth_less_but_not_more(
    softmax: Assignment, tmp_path: Path
) -> None:
    """`grader check` grades with a part of the points, and never with more than all."""
    text = (softmax.folder / "test_public.py").read_text(encoding="utf-8")
    with Unjailed() as sandbox:

        def none_graded(folder: Path, source: str) -> None:
            folder.mkdir(parents=True)
            (folder / "test_public.py").write_text(source, encoding="utf-8")
            plan = Plan([softmax.model_copy(update={"folder": folder})], None, 1)
            Grader(plan, sandbox, now=pytest.fail)

        none_graded(tmp_path / "fewer" / "softmax", text)
        with pytest.raises(ConfigurationError, match="there is no check in"):
            none_graded(tmp_path / "none" / "softmax", "")
        with pytest.raises(ConfigurationError, match=r"public checks are worth 8.5 points"):
            none_graded(tmp_path / "more" / "softmax", text + ONE.format(2, 6, "surplus"))


def test_an_unfinished_assignment_stops_no_other(run: Run, tmp_path: Path) -> None:
    """An assignment without a test file is named and left out; asked for, it is an error."""
    half_course(tmp_path, "softmax")
    new = tmp_path / "assignments" / "fresh"
    new.mkdir()
    rules = (tmp_path / "assignments" / "softmax" / "assignment.yaml").read_text()
    rules = rules.replace("order: 1", "order: 9").replace("softmax.py", "fresh.py")
    (new / "assignment.yaml").write_text(rules)

    def there(*words: str) -> Ran:
        return subprocess.run(
            [*COMMAND, *words], cwd=tmp_path, text=True, capture_output=True, timeout=300,
            check=False, env={**os.environ, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"},
        )  # fmt: skip

    done = there("grade", "cohort", "--cohort", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert "fresh: the assignment has no checks yet, so it is not graded" in done.stderr
    assert json.loads(done.stdout)["submissions"][0]["points"] == 20
    done = there("grade", "cohort/ada", "-a", "fresh")
    assert done.returncode == 2
    assert "fresh: the assignment has no checks yet; write test_public.py" in done.stderr
    assert "test_fresh.py" in done.stderr

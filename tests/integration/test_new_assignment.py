"""A new assignment: laid out by `grader new`, filled in as the page says; no engine touched."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from rich.cells import cell_len

from grader.course.assignment import load_assignments
from grader.github.comment import summary
from grader.linting import lint_course
from grader.result import SubmissionResult

CHECKOUT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course with its grader, to add assignments to."""
    copy = tmp_path_factory.mktemp("course")
    for name in ("assignments", "grader", "tests/specimens", ".github"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(CHECKOUT / name, copy / name, ignore=ignored)
    shutil.copy(CHECKOUT / "groups.yaml", copy)
    return copy


def grader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command of the copy's own grader says there."""
    return subprocess.run(
        [*COMMAND, *words], cwd=course, text=True, capture_output=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(course), "NO_COLOR": "1", "COLUMNS": "80"},
    )  # fmt: skip


def test_what_is_laid_out_is_sound_but_for_what_is_left_to_do(course: Path) -> None:
    """Stub 0, reference full, nothing to complain of but each `TODO (staff)`, at once."""
    made = grader(course, "new", "sigmoid_lab", "--task", "sigmoid:8", "--task", "fit:12.5")
    assert made.returncode == 0, made.stderr
    paths = [line for line in made.stdout.splitlines() if "/" in line]
    assert len(paths) == 10
    assert all((course / path).is_file() for path in paths)
    linted = grader(course, "lint", "sigmoid_lab")
    assert linted.returncode == 2
    assert all("TODO (staff): " in line for line in linted.stdout.splitlines())
    assert len(linted.stdout.splitlines()) == 19
    ruff = ["ruff", "check", "--config", str(CHECKOUT / "pyproject.toml"), "--no-cache"]
    code = [path for path in paths if path.endswith(".py")]
    formatted = ["ruff", "format", "--check", *ruff[2:]]
    for command in (ruff, formatted):
        subprocess.run([*command, *code], cwd=course, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["softmax", "--task", "f:1"], "assignments/softmax is there already; choose another id"),
        (["Sigmoid", "--task", "f:1"], '"Sigmoid" is no id of an assignment'),
        (["mine", "--task", "f"], "write a function's name and its points, such as sigmoid:8"),
        (["mine", "--task", "f:0.5"], "a task is worth at least one point"),
        (["mine", "--task", "f:1", "--task", "f:2"], "there is a task f already"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(course: Path, words: list[str], said: str) -> None:
    """One sentence, exit code 2, and nothing was written."""
    done = grader(course, "new", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (course / "assignments" / "mine").exists()


BLOCK = re.compile(
    r"`((?:assignments|grader|tests)/[\w/]+\.\w+)`(?:(?!\n\n).)*?:\n\n(`{3,4})\w+\n(.*?)\n\2\n",
    re.DOTALL,
)
"""A file on the page: its path at the head of a paragraph that ends in a colon, then its text."""

PAGE = CHECKOUT / "grader" / "hidden" / "README.md"


@pytest.fixture(scope="module")
def wine(course: Path) -> Path:
    """The copy, in which the page was followed."""
    shutil.rmtree(course / "assignments" / "sigmoid_lab", ignore_errors=True)
    before = {path: path.read_bytes() for path in (course / "grader").rglob("*.py")}
    text = PAGE.read_text(encoding="utf-8")
    [command] = re.findall(r"\$ grader (new .*)", text)
    made = grader(course, *command.split())
    assert made.returncode == 0, made.stderr
    for path, _, content in BLOCK.findall(text):
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_text(content + "\n", encoding="utf-8")
    [script] = re.findall(r"```python\n(from sklearn.*?)```", text, re.DOTALL)
    subprocess.run([sys.executable, "-c", script], cwd=course, check=True)
    specimens = course / "tests" / "specimens" / "wine"
    reference = (specimens / "passed/reference/wine.py").read_text()
    right = "return (x - mean) / std\n"
    wrong = {
        "not_centred": reference.replace(right, "return x / std\n"),
        "untrained": reference.replace(right, "return (x - mean) / std**2\n").replace(
            "range(200)", "range(0)"
        ),
        "in_place": reference.replace(right, "x -= mean\n    return x / std\n"),
    }
    for name, content in wrong.items():
        (specimens / "failed" / name / "wine.py").write_text(content)
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert not changed
    replaced(course / "groups.yaml", ("points: 100", "points: 120"))
    stub, option = "      - assignments/mnist/mnist.py\n", "        - mnist\n"
    github = course / ".github"
    replaced(github / "workflows/ci.yml", (stub, stub + stub.replace("mnist", "wine")))
    form = github / "ISSUE_TEMPLATE/lab-question.yml"
    replaced(form, (option, option + option.replace("mnist", "wine")))
    handout = course / "assignments" / "README.md"
    lines = handout.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if line.startswith("| 5 |"))
    lines.insert(last + 1, "| 6 | [wine](wine/README.md) | a softmax model for `wine.csv` | 20 |\n")
    handout.write_text("".join(lines), encoding="utf-8")
    return course


def replaced(path: Path, *changes: tuple[str, str]) -> None:
    """Replace each first text, which is there, by the second."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_the_page_makes_a_sixth_assignment_without_a_fault(wine: Path) -> None:
    """Stub 0, reference full; and no list of the course lacks it."""
    linted = grader(wine, "lint", "wine")
    assert (linted.returncode, linted.stdout) == (0, "1 assignment, no faults\n"), linted.stderr
    assignments = load_assignments(wine / "assignments")
    assert list(lint_course(assignments, 120, wine)) == []
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        config = ["--config", str(CHECKOUT / "pyproject.toml")]
        made = ["assignments/wine", "grader/hidden/wine"]
        done = subprocess.run(["ruff", *command, *config, *made], cwd=wine, text=True,
                              capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name", ["passed/reference", "failed/not_centred", "failed/untrained", "failed/in_place"]
)
def test_specimens_of_the_page_get_what_is_expected(wine: Path, tmp_path: Path, name: str) -> None:
    """Verdict, checks and mistakes as expected.yaml says, in a terminal and report of six."""
    specimen = wine / "tests" / "specimens" / "wine" / name
    member = tmp_path / "기민준"
    shutil.copytree(specimen, member / "wine")
    done = grader(wine, "grade", str(member), "--gradebook", str(tmp_path / "g.sqlite"),
                  "--json", str(tmp_path / "r.json"))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    result = SubmissionResult.model_validate_json((tmp_path / "r.json").read_text())
    [graded] = [one for one in result.assignments if one.id == "wine"]
    expected = yaml.safe_load((specimen / "expected.yaml").read_text())
    assert graded.verdict == name.split("/")[0]
    lost = [check for check in graded.checks if check.score < check.points]
    verdicts = {check.id.removeprefix("wine."): str(check.verdict) for check in lost}
    assert verdicts == expected["checks"]
    told = [c.feedback.diagnosis for c in graded.checks if c.feedback and c.feedback.diagnosis]
    mistakes = (wine / "grader/hidden/wine/mistakes.py").read_text()
    for mistake in expected.get("diagnosis", ()):
        [sentence] = re.findall(rf'"{mistake}",\s+"(.*)"', mistakes)
        assert any(sentence in text for text in told), told
    comment = summary(result, "ada", load_assignments(wine / "assignments"))
    rows = [line for line in comment.splitlines() if line.startswith("| ")]
    assert sum("| Wine |" in row for row in rows) == 1
    assert len(comment) < 60_000
    report = grader(wine, "report", "--median", "--gradebook", str(tmp_path / "g.sqlite"))
    assert report.returncode == 0, report.stderr
    assert max(map(cell_len, report.stdout.splitlines())) <= 80
    assert "wine" in report.stdout

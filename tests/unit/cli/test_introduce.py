"""What staff are told about a cohort's folders before it is graded."""

from pathlib import Path

import pytest

from grader.cli.grading import introduce
from grader.course.assignment import load_assignments
from grader.course.submission import read_cohort
from grader.errors import ConfigurationError

ROSTER = "course: c\ngroups:\n  - {name: A, members: [{name: Ada, github: ada-l}, {name: Bobb}]}\n"


@pytest.fixture
def cohort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cohort's folder beside a roster, in the current directory."""
    (tmp_path / "groups.yaml").write_text(ROSTER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("Ada", "Bob", "__MACOSX"):
        (tmp_path / "c" / name).mkdir(parents=True)
    (tmp_path / "c" / "Ada" / "softmax.py").touch()
    return tmp_path / "c"


def told(cohort: Path) -> None:
    """Introduce the cohort, as `grade` and `regrade` do."""
    root = Path(__file__).parents[3]
    introduce(cohort, read_cohort(cohort, load_assignments(root / "assignments")))


def test_staff_hear_who_has_nothing(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Misplaced work, empty folders, strangers, and members without a folder are all named."""
    told(cohort)
    assert capsys.readouterr().err.splitlines() == [
        "passed over, no member's folder: __MACOSX/",
        "in the wrong place: Ada: read from softmax.py; it belongs in softmax/softmax.py",
        "nothing to grade: Bob",
        'not in groups.yaml: Bob; did you mean "Bobb"?',
        "no folder of: Bobb",
    ]


def test_two_folders_of_one_member(cohort: Path) -> None:
    """A folder called by the name and one called by the login are one member's: refused."""
    (cohort / "ada-l").mkdir()
    with pytest.raises(ConfigurationError, match='two folders for "Ada": Ada and ada-l'):
        told(cohort)

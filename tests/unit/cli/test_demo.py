"""`grader demo`: where it finds the cohort that it grades."""

import shutil
from pathlib import Path

import pytest

from grader.cli.grading import demo
from grader.errors import ConfigurationError


def test_an_installed_grader_takes_the_checkout_that_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `pip install .` the specimens lie beside the course, not beside the program."""
    shutil.copytree(Path(__file__).parents[3] / "assignments", tmp_path / "assignments")

    def build(specimens: Path, target: Path) -> None:
        raise ConfigurationError(f"looked in {specimens}")

    monkeypatch.setattr("grader.cli.grading.CHECKOUT", tmp_path / "site-packages")
    monkeypatch.setattr("grader.cohort.build_cohort", build)
    monkeypatch.chdir(tmp_path / "assignments")
    with pytest.raises(ConfigurationError, match="looked in") as caught:
        demo()
    assert str(tmp_path / "tests" / "specimens") in str(caught.value)

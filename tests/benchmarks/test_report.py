"""A report on 5,000 members in 1,700 groups with 20,000 attempts, beside a bare pandas groupby.

Run on purpose: python -m pytest -n 0 tests/benchmarks --benchmark-columns=min,median,rounds
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fabricated import START, assignments, fill, roster

from grader.course.roster import Roster
from grader.gradebook import Gradebook, check_outcomes
from grader.report import build_report, render_html, render_table

ROOT = Path(__file__).parents[2]
GROUPS, ATTEMPTS = 1700, 20_000
NOW = START + timedelta(days=22)

Benchmark = Callable[..., Any]


@pytest.fixture(scope="session")
def course() -> Roster:
    """1,700 groups of three."""
    return roster(GROUPS)


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory, course: Roster) -> Path:
    """A gradebook with 20,000 attempts with full results."""
    path = tmp_path_factory.mktemp("benchmark") / "book.sqlite"
    fill(path, course, ATTEMPTS)
    return path


@pytest.fixture(scope="session")
def frame(path: Path, course: Roster) -> pd.DataFrame:
    """The same scores, already in memory as a table: what a bare groupby starts from."""
    group = {member.key: one.name for one in course.groups for member in one.members}
    with Gradebook(path) as book:
        rows = [
            (group[entry.member], entry.member, name, score)
            for entry in book.entries()
            for name, score in entry.scores.items()
        ]
    return pd.DataFrame(rows, columns=["group", "member", "assignment", "score"])


def bare(frame: pd.DataFrame) -> "pd.Series[float]":
    """The median of members' totals of best scores, and nothing else."""
    best = frame.groupby(["group", "member", "assignment"])["score"].max()
    totals = best.groupby(["group", "member"]).sum()
    return totals.groupby("group").median()


def test_bare_groupby(benchmark: Benchmark, frame: pd.DataFrame) -> None:
    """The yardstick: pandas alone, from a table that is in memory."""
    assert len(benchmark(bare, frame)) == GROUPS


def test_report_from_memory(
    benchmark: Benchmark, path: Path, course: Roster, frame: pd.DataFrame
) -> None:
    """The report with all policies, from entries that are in memory; the same medians."""
    with Gradebook(path) as book:
        entries = list(book.entries())
    known = assignments()
    found = benchmark(lambda: build_report(course, entries, known, now=NOW))
    medians = {group.group: group.score for group in found.report.groups}
    assert medians == pytest.approx(bare(frame).to_dict(), abs=1e-6)


def test_report_from_the_gradebook(benchmark: Benchmark, path: Path, course: Roster) -> None:
    """From the file to the printed table."""

    def report() -> str:
        with Gradebook(path) as book:
            found = build_report(course, book.entries(), assignments(), now=NOW)
        return render_table(found.report)

    assert benchmark.pedantic(report, rounds=5).count("\n") > GROUPS  # type: ignore[attr-defined]


@pytest.mark.parametrize("staff", [False, True], ids=["public", "staff"])
def test_html_from_the_gradebook(
    benchmark: Benchmark, path: Path, course: Roster, staff: bool
) -> None:
    """From the file to the page, with progress over time and the hardest checks."""

    def report() -> str:
        with Gradebook(path) as book:
            found = build_report(course, book.entries(), assignments(), now=NOW)
            return render_html(found, check_outcomes(book, found.attempts_that_count), staff=staff)

    page = benchmark.pedantic(report, rounds=5)  # type: ignore[attr-defined]
    assert len(page) < 20_000_000


MEASURED = """
import json, re, sys
from datetime import timedelta
from pathlib import Path
import pandas
from fabricated import START, assignments, roster
from grader.gradebook import Gradebook, check_outcomes
from grader.report import build_report, render_table
status = Path("/proc/self/status")
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024
course, before = roster(1700), peak()
with Gradebook(Path(sys.argv[1])) as book:
    found = build_report(course, book.entries(), assignments(), now=START + timedelta(days=22))
text = render_table(found.report)
print(json.dumps({"imports": before, "report": peak()}))
"""


def test_memory(benchmark: Benchmark, path: Path) -> None:
    """A report takes at most 250 MiB more than the imports do, though the gradebook is larger."""

    def measure() -> dict[str, float]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        }
        run = subprocess.run(
            [sys.executable, "-c", MEASURED, str(path)],
            env=environment, capture_output=True, check=True, text=True,
        )  # fmt: skip
        found: dict[str, float] = json.loads(run.stdout)
        return found

    found = benchmark.pedantic(measure, rounds=1)  # type: ignore[attr-defined]
    benchmark.extra_info.update(found)  # type: ignore[attr-defined]
    print(f"\nMiB at most: {found}, gradebook {path.stat().st_size / 2**20:.0f} MiB")
    assert found["report"] - found["imports"] < 250

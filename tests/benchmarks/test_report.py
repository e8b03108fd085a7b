"""A report on 5,100 members in 1,700 groups with 20,000 attempts: commands, beside bare ones.

python -m pytest tests/benchmarks/test_report.py -s -n 0
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from browser import Browser
from fabricated import START, assignments, fill, roster

from grader.course.roster import Roster
from grader.gradebook import Gradebook
from grader.report import build_report, render_table
from tests.benchmarks.ratios import GRADER, beside, clock, run, spread

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


def course_folder(folder: Path, people: Roster, attempts: int) -> Path:
    """A course with so many attempts, as commands read it; its gradebook has full results."""
    shutil.copytree(ROOT / "assignments", folder / "assignments")
    groups = [
        {"name": group.name, "members": [{"name": member.name} for member in group.members]}
        for group in people.groups
    ]
    (folder / "groups.yaml").write_text(yaml.safe_dump({"course": "NN", "groups": groups}))
    fill(folder / "gradebook.sqlite", people, attempts)
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, course: Roster) -> Path:
    """The course of 1,700 groups."""
    return course_folder(tmp_path_factory.mktemp("course"), course, ATTEMPTS)


BARE = """
import sqlite3
import pandas
db = sqlite3.connect("gradebook.sqlite")
scores = pandas.read_sql(
    "SELECT member, assignment, score FROM attempts JOIN scores ON attempt = id", db
)
scores["group"] = scores["member"].str.removeprefix("member").astype(int) // 3
best = scores.groupby(["group", "member", "assignment"])["score"].max()
print(best.groupby(["group", "member"]).sum().groupby("group").median().to_string())
"""


def bare_process(folder: Path) -> float:
    """The yardstick of a report: pandas alone, from the file to a table of medians."""
    return clock(lambda: run(sys.executable, "-c", BARE, cwd=folder))


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_report(benchmark: Any, folder: Path, form: str) -> None:
    """`grader report` as a whole; beside a process that reads and groups, and nothing else."""
    beside(
        benchmark,
        lambda: run(*GRADER, "report", "--format", form, cwd=folder),
        lambda: bare_process(folder),
    )


@pytest.mark.parametrize("audience", [(), ("--staff",)], ids=["public", "staff"])
def test_html(benchmark: Any, folder: Path, audience: tuple[str, ...]) -> None:
    """The page as a whole command, at most a megabyte; beside `grader report` as a table."""
    page = folder / "page.html"
    words = "report", "--format", "html", *audience, "--output", page
    beside(
        benchmark,
        lambda: run(*GRADER, *words, cwd=folder),
        lambda: clock(lambda: run(*GRADER, "report", cwd=folder)),
    )
    print(f"{page.stat().st_size / 1e6:.2f} MB")
    assert page.stat().st_size <= 1_000_000


def test_page_in_a_browser(benchmark: Any, folder: Path, tmp_path: Path) -> None:
    """The page for staff in Chromium: opened with all its rows, sorted, filtered, in seconds."""
    page = folder / "staff.html"
    run(*GRADER, "report", "--format", "html", "--staff", "--output", page, cwd=folder)
    drawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    acts = {
        "sorted": "document.querySelectorAll('table[data-filtered=members] button')[3].click()",
        "filtered": "filter.value = '12'; filter.dispatchEvent(new Event('input'))",
    }
    found: dict[str, list[float]] = {"opened": [], **{name: [] for name in acts}}
    with Browser(tmp_path) as browser:
        for _ in range(5):
            found["opened"].append(
                clock(lambda: (browser.open(page), browser.run(f"loaded.then(() => {drawn})")))
            )
            for name, act in acts.items():
                found[name].append(clock(lambda act=act: browser.run(f"{act}; {drawn}")))
    for name, times in found.items():
        print(f"\n{name}: {spread(times)} s")
    benchmark.extra_info.update(found)
    benchmark.pedantic(lambda: None, rounds=1)


@pytest.mark.parametrize("form", ["gradescope", "junit", "classroom50", "csv", "gradebook"])
def test_exports(
    benchmark: Any, folder: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory,
    form: str,
) -> None:  # fmt: skip
    """An export of 5,100 members; beside five times the one of a fifth of them."""
    few = tmp_path_factory.mktemp("few")
    course_folder(few, roster(GROUPS // 5), ATTEMPTS // 5)
    words = "export", "--format", form, "--output", tmp_path / "out"
    beside(
        benchmark,
        lambda: run(*GRADER, *words, cwd=folder),
        lambda: 5 * clock(lambda: run(*GRADER, *words, cwd=few)),
        rounds=5,
    )


def test_size(folder: Path) -> None:
    """What 20,000 attempts take on the disk; beside their results as JSON."""
    size = (folder / "gradebook.sqlite").stat().st_size
    with Gradebook(folder / "gradebook.sqlite") as book:
        texts = sum(len(attempt.result.to_json().encode()) for attempt in book.stream())
    print(f"\ngradebook: {size / 1e6:.1f} MB, {size / texts:.2f} of its results as JSON")
    assert size <= 60_000_000


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

"""A cohort with hostile members: it is graded to the end, and costs the honest ones nothing."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from attack_files import Attack, read_attacks
from probes import ROOT, processes
from tether import tether

COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]
SEED = 12345  # as in run_attacks.py, for the points that an attack may get
SECONDS, TOTAL = 5.0, 20.0
OUTER = 10  # how many times longer than `total` an assignment may last where others compute
MOST_HOST_MIB = 1000
HONEST = 25
ATTACKS: dict[str, Attack] = {attack.id: attack for attack in read_attacks(ROOT / "tests/attacks")}
HOSTILE = {
    "h1": ("frames/shape_without_weight", ("", "")),
    "h2": ("bombs/answers_just_in_time", ("time.sleep(0.7)", "time.sleep(3)")),
    "h3": ("bombs/sixty_busy_threads", ("os._exit(9)", "time.sleep(600)")),
    "h4": ("bombs/disk", ("", "")),
    "h5": ("learning/iris_by_place", ("", "")),
}
"""Members, the attacks they hand in, and what is another there with the limits of this course."""


@dataclass(frozen=True)
class Run:
    """What a run of `grader grade --cohort` came to: results by member, MiB of its processes."""

    results: dict[str, dict[str, Any]]
    said: str
    host_mib: float


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two assignments, little time for each, and thirty members' work."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("softmax", "iris"):
        shutil.copytree(ROOT / "assignments" / name, folder / "assignments" / name)
        path = folder / "assignments" / name / "assignment.yaml"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        limits = (
            f"limits: {{seconds: {SECONDS}, total: {TOTAL}, memory: 8192}}\n"  # for sixty stacks
        )
        kept = [limits if line.startswith("limits:") else line for line in lines]
        assert kept != lines
        path.write_text("".join(kept), encoding="utf-8")
    specimens = ROOT / "tests/specimens/softmax"
    solutions = [*specimens.glob("passed/*/softmax.py"), *specimens.glob("failed/*/softmax.py")]
    for number in range(HONEST):
        place = folder / "honest" / f"m{number:02}" / "softmax"
        place.mkdir(parents=True)
        shutil.copy(sorted(solutions)[-1 - number % len(solutions)], place)
    shutil.copytree(folder / "honest", folder / "mixed")
    for member, (name, (old, new)) in HOSTILE.items():
        attack = ATTACKS[name]
        source = attack.source.decode()
        assert old in source
        place = folder / "mixed" / member / attack.assignment
        place.mkdir(parents=True)
        (place / f"{attack.assignment}.py").write_text(source.replace(old, new), encoding="utf-8")
    return folder


def graded(course: Path, cohort: str, jobs: int) -> Run:
    """Grade a cohort, and look at the memory of the processes that grade meanwhile."""
    environment = {key: value for key, value in os.environ.items() if key != "GRADER_DATA"}
    environment |= {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    out = course / f"{cohort}.json"
    with (course / f"{cohort}.log").open("w+") as log:
        run = subprocess.Popen(
            [*COMMAND, "grade", cohort, "--cohort", "--jobs", str(jobs), "--seed", str(SEED),
             "--gradebook", f"{cohort}.sqlite", "--json", str(out)],
            cwd=course, env=environment, text=True, stdout=log, stderr=log, preexec_fn=tether,
        )  # fmt: skip
        most = 0
        while run.poll() is None:
            jobs_of_it = [pid for pid, parent in processes().items() if parent == run.pid]
            most = max(most, *map(peak_kib, [run.pid, *jobs_of_it]))
            time.sleep(0.05)
        log.seek(0)
        said = log.read()
    assert run.returncode == 0, said
    results = {one["member"]: one for one in json.loads(out.read_text())["submissions"]}
    return Run(results, said, most / 1024)


def peak_kib(pid: int) -> int:
    """The most resident memory that a process had; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


@pytest.fixture(scope="module")
def mixed(course: Path) -> Run:
    """All thirty, in two jobs."""
    return graded(course, "mixed", 2)


@pytest.fixture(scope="module")
def alone(course: Path) -> Run:
    """The honest ones by themselves, one after the other."""
    return graded(course, "honest", 1)


def outcome(result: dict[str, Any]) -> list[Any]:
    """What there is to read in a result, without how long it took."""
    return [
        (one["id"], one["verdict"], one["score"], one["metrics"], one["output"],
         [{key: value for key, value in check.items() if key != "seconds"}
          for check in one["checks"]])
        for one in result["assignments"]
    ]  # fmt: skip


def test_honest_members_get_what_they_get_alone(mixed: Run, alone: Run) -> None:
    """Every check of the 25 has the same verdict, points and feedback beside five attacks."""
    assert len(alone.results) == HONEST
    assert len(mixed.results) == HONEST + len(HOSTILE)
    for member, result in alone.results.items():
        assert outcome(mixed.results[member]) == outcome(result), member
    assert len({result["score"] for result in alone.results.values()}) > 2
    assert sum(result["score"] == 20 for result in alone.results.values()) > 2


@pytest.mark.parametrize("member", HOSTILE)
def test_hostile_members_get_what_the_attack_gets(mixed: Run, member: str) -> None:
    """Each attack has its verdict and its points, and an end within the bound of its time."""
    attack = ATTACKS[HOSTILE[member][0]]
    [result] = [a for a in mixed.results[member]["assignments"] if a["id"] == attack.assignment]
    # Sixty threads that never stop are out of time here, where the attack itself ends.
    assert result["verdict"] == ("timed_out" if member == "h3" else attack.verdict)
    assert result["score"] == attack.points
    assert result["seconds"] < OUTER * TOTAL


def test_no_job_died_and_memory_is_bounded(mixed: Run) -> None:
    """No grading process is ended or takes memory without end, and nothing is a fault of ours."""
    assert "the process that graded it ended" not in mixed.said
    assert "internal error" not in mixed.said
    assert 0 < mixed.host_mib < MOST_HOST_MIB

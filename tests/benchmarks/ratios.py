"""What a benchmark measures: something, and beside it, in turn, a yardstick."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
ROUNDS = 7
GRADER = [sys.executable, "-c", "from grader.cli import main; main()"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

Timed = Callable[[], float]


def run(*words: str | Path, cwd: Path = ROOT) -> None:
    """A command of another process, whose output is of no interest."""
    subprocess.run(list(map(str, words)), cwd=cwd, env=ENVIRONMENT, check=True, capture_output=True)


def clock(action: Callable[[], object]) -> float:
    """How many seconds it took."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def beside(
    benchmark: Any, ours: Callable[[], object], yardstick: Timed, *, rounds: int = ROUNDS
) -> list[float]:
    """Measure both in turn; print and return how many times the yardstick each round took."""
    yards: list[float] = []

    def timed() -> None:
        yards.append(yardstick())

    benchmark.pedantic(ours, setup=timed, rounds=rounds)
    mine = benchmark.stats.stats.data
    ratios = [one / yard for one, yard in zip(mine, yards, strict=True)]
    told = f"{median(mine):.3f} s beside {median(yards):.3f} s"
    print(f"\n{benchmark.name}: {told}; {spread(ratios)} of the yardstick")
    benchmark.extra_info["ratios"] = ratios
    return ratios


def spread(ratios: list[float]) -> str:
    """Median, least and greatest."""
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"

"""Who sets a course up: an administrator at their own machine, in the course's checkout."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.github.course import ROOT
from tests.github.double import Double
from tests.github.new_course import new_course

Run = Callable[..., subprocess.CompletedProcess[str]]


def administrator_of(hub: Double, folder: Path) -> Run:
    """A function that runs a command as the administrator of a new course, in its checkout."""
    new_course(hub, folder)

    def run_command(
        *arguments: str, code: int = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        # The command's own pace keeps to GitHub's limits, which the double has not.
        script = (
            "import grader.github.client as c; from tests.github.course import FAST; "
            "c.Pace = lambda: FAST; from grader.cli import main; main()"
        )
        values = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "GITHUB_TOKEN": "admin-token",
            "GITHUB_API_URL": hub.url,
            **environment,
        }
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], cwd=folder, env=values,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return run_command

"""What a runner of GitHub Actions is told: the job's summary, annotations, what not to obey."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.cli.common import err, out
from grader.errors import naming


def summarise(text: str) -> None:
    """Add to the job's summary where there is one, else print it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        out.file.write(text)
        return
    with naming(path, "written"), Path(path).open("a", encoding="utf-8") as file:
        file.write(text + "\n")


@contextmanager
def no_workflow_commands() -> Iterator[None]:
    """Keep the runner from obeying `::command::` lines in what student code made us print."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    out.file.write(f"::stop-commands::{token}\n")
    out.file.flush()
    try:
        yield
    finally:
        err.file.flush()
        out.file.write(f"::{token}::\n")
        out.file.flush()


def annotate(kind: str, text: str) -> None:
    """A line that a runner shows on the run's page; elsewhere it is only printed."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        out.file.write(f"::{kind}::{text}\n")
    else:
        err.print(text, markup=False)

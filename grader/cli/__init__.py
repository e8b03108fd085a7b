"""The command line: reads options, environment and clock, shows results and errors; nothing else.

Exit codes: 0 graded (whatever the score), 1 our failure, 2 usage or configuration; 128 and the
signal's number where somebody ended the run, as in a shell.
torch is imported only by the commands that grade.
"""

import os
import sys
import tempfile
from contextlib import suppress

import typer

from grader.cli import (
    check,
    ci,
    github,
    grading,
    material,
    records,
    regrade,
    replay,
    reporting,
    roster,
)
from grader.cli.common import err
from grader.cli.ending import Ending
from grader.cli.terminals import survive
from grader.errors import ConfigurationError, GradebookError, GraderError

app = typer.Typer(
    help="Grades PyTorch assignments, for groups. Start with: grader check",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # a third of the start of `grader --help`
)
for part in (check, grading, regrade, replay, reporting, records, github, material):
    app.add_typer(part.app)
app.add_typer(roster.app, name="roster")
app.add_typer(ci.app, name="ci")


def main() -> None:
    """Run the command line and turn each error of ours into one sentence and an exit code."""
    # torch makes this folder when it is imported; nothing is compiled here, and /tmp stays clean.
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.gettempdir())
    survive()
    ending = Ending()
    ending.listen()
    try:
        _run()
    except BaseException as end:
        # `check --watch` is ended so; else whatever the interrupt became on its way, such as an
        # error at a terminal that is gone.
        finished = isinstance(end, SystemExit) and not end.code
        if ending.number is None or finished:
            raise
        with suppress(OSError):
            err.print("interrupted; finished results are kept, run the command again for the rest")
        sys.exit(ending.exit_code)


def _run() -> None:
    try:
        app()
    except GraderError as error:
        err.print(f"grader: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2 if isinstance(error, ConfigurationError | GradebookError) else 1)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

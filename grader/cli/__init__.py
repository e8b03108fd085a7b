"""The command line: reads options, environment and clock, shows results and errors; nothing else.

Exit codes: 0 graded (whatever the score), 1 our failure, 2 usage or configuration.
torch is imported only by the commands that grade.
"""

import os
import sys

import typer

from grader.cli import (
    ci,
    desk,
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
from grader.errors import ConfigurationError, GradebookError, GraderError

app = typer.Typer(
    help="Grades PyTorch assignments, for groups. Start with: grader check",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # a third of the start of `grader --help`
)
for part in (desk, grading, regrade, replay, reporting, records, github, material):
    app.add_typer(part.app)
app.add_typer(roster.app, name="roster")
app.add_typer(ci.app, name="ci")


def main() -> None:
    """Run the command line and turn each error of ours into one sentence and an exit code."""
    try:
        app()
    except GraderError as error:
        err.print(f"grader: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2 if isinstance(error, ConfigurationError | GradebookError) else 1)
    except KeyboardInterrupt:
        err.print("interrupted; finished results are kept, run the command again for the rest")
        sys.exit(1)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

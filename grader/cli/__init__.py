"""The command line: reads options, environment and clock, shows results and errors; nothing else.

Exit codes: 0 graded (whatever the score), 1 our failure, 2 usage or configuration; 128 and the
signal's number where somebody ended the run, as in a shell.
torch is imported only by the commands that grade.
"""

import gc
import os
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from grader.cli.consoles import err
from grader.cli.ending import Ending
from grader.cli.terminals import survive
from grader.errors import ConfigurationError, GradebookError, GraderError

COMMANDS = {
    "check": ("check", "Run the public checks on your own code in assignments/."),
    "grade": ("grading", "Grade a submission, or a cohort of them, with the hidden tests."),
    "demo": ("grading", "Grade the bundled cohort and print its median report."),
    "regrade": (
        "regrade",
        "Grade again after checks, data or the grader changed; name the new scores.",
    ),
    "replay": ("replay", "Grade a submission again as it was graded; say what differs."),
    "report": ("reporting", "Show each group's progress: the median of its members' progress."),
    "history": ("records", "Show a member's attempts over time, and what was set by hand."),
    "override": ("records", "Set a member's score by hand; the attempts stay as they are."),
    "export": ("exporting", "Write what counts in another system's format: for staff."),
    "import": ("records", "Add another gradebook's attempts and overrides."),
    "collect": ("github", "Read the signed results of pull requests into the gradebook."),
    "keys": ("github", "The keys that results are signed with."),
    "setup": ("setup", "Set up a course's repository on GitHub, or check its settings."),
    "approve": (
        "setup",
        "Approve waiting runs of pull requests that change only the files students edit.",
    ),
    "hint": ("material", "Show the next hint of a task; each call goes one step further."),
    "new": ("new", "Lay out a new assignment: handout, stub, checks, mistakes, reference."),
    "lint": (
        "material",
        "Check the teaching material: stubs, references, points, hints, what is left to do.",
    ),
    "doctor": ("material", "Check this machine: sandbox, torch pair, data."),
    "roster": ("roster", "The roster in groups.yaml."),
    "ci": ("ci", "What the workflows call."),
}
"""Each command's module, which is imported when the command is called, and what the help says."""


class Commands(TyperGroup):
    """The commands of the table; `grader --help` imports none of their modules."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, from its module."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None:
            command = get_command(import_module(f"grader.cli.{COMMANDS[name][0]}").app)
            if isinstance(command, TyperGroup):
                command = command.commands.get(name, command)
        return name, command, rest


app = typer.Typer(
    cls=Commands,
    help="Grades PyTorch assignments, for groups. Start with: grader check",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # a third of the start of `grader --help`
)
for _name, (_, _text) in COMMANDS.items():
    app.command(_name, help=_text)(lambda: None)


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
    finally:
        # Python looks for garbage once more as it ends, with torch for half a second; triton's
        # bindings complain if it finds none.
        if "triton" not in sys.modules:
            gc.freeze()


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

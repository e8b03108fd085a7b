"""Who may import whom: the contracts in pyproject.toml hold."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from grader.cli import COMMANDS


def test_import_contracts_hold() -> None:
    """The layers, the worker's island and the hidden tests' words are as the design draws them."""
    checkout = Path(__file__).parents[2]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_help_needs_no_torch() -> None:
    """`grader --help` imports none of what takes long: torch, pandas, pytest, dask."""
    code = (
        "import sys\nfrom grader.cli import main\nsys.argv = ['grader', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert not {'torch', 'pandas', 'pytest', 'distributed'} & sys.modules.keys()\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True)
    assert b"regrade" in done.stdout


def test_what_hands_submissions_out_needs_no_torch() -> None:
    """A plan, and the process that only starts others, do not import torch: it takes seconds."""
    code = (
        "import sys\nimport grader.plan, grader.pools.parallel, grader.pools.serial\n"
        "import grader.cli.grading\nassert 'torch' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def test_the_table_of_commands_says_what_the_commands_say() -> None:
    """Every command of every module is in the table that `grader --help` shows, word for word."""
    listed = {}
    for name, (module, _) in COMMANDS.items():
        command = get_command(import_module(f"grader.cli.{module}").app)
        parts = command.commands if isinstance(command, TyperGroup) else {name: command}
        listed |= {name: command} if name not in parts else parts
    assert {name: text for name, (_, text) in COMMANDS.items()} == {
        name: one.get_short_help_str(200) for name, one in listed.items()
    }

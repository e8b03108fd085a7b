"""Who may import whom: the contracts in pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path


def test_import_contracts_hold() -> None:
    """The layers, the worker's island and the hidden tests' words are as the design draws them."""
    checkout = Path(__file__).parents[2]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_help_needs_no_torch() -> None:
    """The commands are listed without importing torch, which takes seconds."""
    code = (
        "import sys\nfrom grader.cli import app\nfrom typer.main import get_command\n"
        "get_command(app)\nassert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)

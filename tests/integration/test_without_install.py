"""For students who install nothing: the codespace, its one keystroke, the cell of a notebook."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
TASKS = json.loads((ROOT / ".vscode/tasks.json").read_text())
CELL = re.search(r"```python\n(.+?)```", (ROOT / ".github/CONTRIBUTING.md").read_text(), re.DOTALL)
PINS = "--constraint .ci/constraints.txt"


def test_the_codespace_installs_as_the_workflow_does() -> None:
    """It has a Python that the grader takes, uv with its pin, wheels without CUDA, the checkout."""
    assert re.search(r":3\.1[1-9]$", CONTAINER["image"])
    assert CONTAINER["remoteEnv"]["UV_TORCH_BACKEND"] == "cpu"
    install = CONTAINER["postCreateCommand"]
    assert f"pip install --quiet {PINS} uv" in install
    grade = (ROOT / ".github/workflows/grade.yml").read_text()
    for part in ("--editable .", PINS, "--build-constraint .ci/constraints.txt"):
        assert part in install
        assert part in grade


def test_one_keystroke_checks_on_every_save() -> None:
    """The default build task is `grader check --watch`."""
    [task] = [task for task in TASKS["tasks"] if task["group"]["isDefault"]]
    assert task["command"] == "grader check --watch"


def test_the_cell_of_a_notebook(tmp_path: Path) -> None:
    """Its lines, run in order by a shell, clone, install and check; the fork's name is put in."""
    assert CELL
    fork = tmp_path / "fork"
    shutil.copytree(ROOT / "assignments", fork / "assignments")
    git = ["git", "-C", str(fork), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "course"]):
        subprocess.run([*git, *command], check=True, timeout=60)
    text = CELL[1].replace("https://github.com/OWNER/NAME", shlex.quote(fork.as_uri()))
    assert "OWNER" not in text
    stubs = tmp_path / "bin"
    stubs.mkdir()
    grader = f'exec "{sys.executable}" -c "from grader.cli import main; main()" "$@"'
    noted = {name: f'echo "{name} $@" >> "{tmp_path}/log"' for name in ("pip", "uv")}
    for name, command in {**noted, "grader": grader}.items():
        (stubs / name).write_text(f"#!/bin/sh\n{command}\n")
        (stubs / name).chmod(0o755)
    assert "--python {sys.executable}" in text  # the notebook's own Python, and no other
    lines = [line for line in text.splitlines() if line != "import sys"]
    script = "\n".join(line.removeprefix("!").removeprefix("%") for line in lines)
    done = subprocess.run(
        ["bash", "-e", "-c", f'PATH="{stubs}:$PATH"\n{script}'], cwd=tmp_path,
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "points from public checks" in " ".join(done.stdout.split())
    assert (tmp_path / "log").read_text().count("pip install") == 2

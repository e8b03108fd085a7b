"""All attacks, played for each user and level once; the tests then look at what came."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import pytest
from attack_files import LEVELS, USERS, Attack, read_attacks
from probes import ROOT

ATTACKS = list(read_attacks(ROOT / "tests" / "attacks"))

# Only root can play both; whoever else runs the tests plays an ordinary user.
PLAYED = [
    (user, level) for user in USERS for level in LEVELS if user == "user" or os.geteuid() == 0
]

ON_VALUES = ("believing", "comparison", "detecting", "frames", "patching")
"""Families that the kernel has no part in: they attack what the host makes of values."""

Played = dict[tuple[str, str], dict[str, dict[str, Any]]]


def is_played(attack: Attack, user: str, level: str) -> bool:
    """Whether it is played so: at both levels, and where the kernel has a part in it by both users.

    What attacks the host's own code is played at one level as root and at the other as a user.
    """
    if attack.family not in ON_VALUES or os.geteuid() != 0:
        return True
    turned = crc32(attack.id.encode()) % 2 == 1
    return ((user == "root") == (level == "namespaces")) != turned


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder that every user can read, with all that the attacks need."""
    with TemporaryDirectory(prefix="attacks-") as name:
        folder = Path(name)
        ignore = shutil.ignore_patterns("__pycache__")
        for part in ("grader", "assignments", "tests/attacks",
                     "tests/specimens/softmax/passed/reference"):  # fmt: skip
            shutil.copytree(ROOT / part, folder / part, ignore=ignore)
        helpers = folder / "tests" / "integration"
        helpers.mkdir()
        for module in ("attack_files.py", "probes.py", "users.py"):
            shutil.copy(ROOT / "tests" / "integration" / module, helpers)
        for attack in ATTACKS:
            if attack.files:
                submission = folder / "handed_in" / attack.id
                stub = ROOT / "assignments" / attack.assignment / f"{attack.assignment}.py"
                (submission / attack.assignment).mkdir(parents=True)
                shutil.copy(stub, submission / attack.assignment)
                for name in attack.files:
                    (submission / name).parent.mkdir(parents=True, exist_ok=True)
                    place_file(submission / name, attack.source)
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink() and (path.is_dir() or path.is_file()):
                path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder


def place_file(path: Path, content: bytes) -> None:
    """Write `content`; or, after `# HANDED IN AS: kind` in it, a link, a FIFO and so on."""
    kind = content.partition(b"# HANDED IN AS: ")[2].partition(b"\n")[0].decode()
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    match kind.split():
        case ["link", target]:
            path.symlink_to(target)
        case ["FIFO"]:
            os.mkfifo(path)
        case ["folder"]:
            path.mkdir()
        case ["bytes", count]:
            path.write_bytes(content + b"#" * int(count))
        case _:
            path.write_bytes(content)


@pytest.fixture(scope="session")
def played(place: Path) -> Played:
    """User and level → attack → what came of it; under "" what became of the grader."""

    secret = f"canary={secrets.token_hex(16)}"

    def play(user: str, level: str) -> dict[str, dict[str, Any]]:
        program = str(Path(__file__).with_name("run_attacks.py"))
        attacks = [attack.id for attack in ATTACKS if is_played(attack, user, level)]
        done = subprocess.run(
            [sys.executable, program, str(place), user, level, *attacks],
            capture_output=True,
            text=True,
            cwd="/",
            env={"PYTHONDONTWRITEBYTECODE": "1", "GITHUB_TOKEN": secret},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        return {report.get("id", ""): report for report in reports}

    with ThreadPoolExecutor(2) as pool:
        found = {key: pool.submit(play, *key) for key in PLAYED}
        results = {key: future.result() for key, future in found.items()}
    with suppress(FileNotFoundError):
        (place / "stash").rmdir()  # what was mounted there went with the processes
    return results

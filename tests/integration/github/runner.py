"""A small stand-in for the machine that runs workflows: it runs the shell steps as written.

Actions (`uses:`) are played: a checkout is a clone, artifacts are folders. `${{ }}` is looked up in
the contexts a workflow has; what cannot be looked up is an error, so nothing is silently empty. Of
conditions it knows `… > 0`; every other is taken to hold.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

MORE_THAN_NONE = re.compile(r"(\S+) > 0")
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")

Contexts = dict[str, Any]


class Runner:
    """Runs jobs of the workflows of one repository.

    Args:
        remote: the repository that checkouts clone.
        scratch: where working folders, artifacts and files of the runner go.
        workflows: the folder of the workflow files.
        environment: variables that a runner sets, such as GITHUB_API_URL.
        others: OWNER/NAME → another repository that checkouts may clone.
        app_tokens: the private key of an app → the token that GitHub gives for it.
    """

    def __init__(
        self,
        remote: Path,
        scratch: Path,
        workflows: Path,
        environment: dict[str, str],
        *,
        others: dict[str, Path] | None = None,
        app_tokens: dict[str, str] | None = None,
    ) -> None:
        self.remote, self.scratch, self.workflows = remote, scratch, workflows
        self.environment = environment
        self.others, self.app_tokens = others or {}, app_tokens or {}
        self.artifacts = scratch / "artifacts"
        self.said: list[str] = []
        self.commands = make_commands(scratch / "bin")

    def run(self, workflow: str, job: str, contexts: Contexts, number: int = 1) -> dict[str, str]:
        """Run one job from its first step to its last; returns its outputs.

        Raises:
            AssertionError: a step failed.
        """
        document = yaml.safe_load((self.workflows / workflow).read_text(encoding="utf-8"))
        steps = document["jobs"][job]["steps"]
        place = self.scratch / f"{workflow}-{job}-{number}"
        work = place / "work"
        place.mkdir()
        event = place / "event.json"
        event.write_text(json.dumps(contexts["github"]["event"]))
        files = {name: place / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        for file in files.values():
            file.touch()
        environment = {
            "PATH": f"{self.commands}:{os.environ['PATH']}",
            "HOME": str(place),
            "RUNNER_TEMP": str(place),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_WORKSPACE": str(work),
            "PYTHONDONTWRITEBYTECODE": "1",
            **{name: str(path) for name, path in files.items()},
            **self.environment,
            **document.get("env", {}),
        }
        contexts = contexts | {
            "steps": {}, "runner": {"temp": str(place)}, "env": document.get("env", {})
        }  # fmt: skip
        for step in steps:
            if not wanted(step, contexts):
                contexts["steps"][step.get("id")] = {"outputs": defaultdict(str)}
                continue
            outputs = files["GITHUB_OUTPUT"]
            outputs.write_text("")
            if "uses" in step:
                self._play(step, work, contexts, outputs)
            else:
                variables = {k: resolved(v, contexts) for k, v in step.get("env", {}).items()}
                self._shell(step["run"], work, environment | variables)
            if "id" in step:
                lines = outputs.read_text().splitlines()
                found = dict(line.split("=", 1) for line in lines)
                contexts["steps"][step["id"]] = {"outputs": found}
        self.said.append(files["GITHUB_STEP_SUMMARY"].read_text())
        declared = document["jobs"][job].get("outputs", {})
        return {name: resolved(value, contexts) for name, value in declared.items()}

    def _shell(self, script: str, work: Path, environment: dict[str, str]) -> None:
        # As GitHub runs them: bash -e.
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=work, env=environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        self.said.append(done.stdout + done.stderr)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"

    def _play(self, step: dict[str, Any], work: Path, contexts: Contexts, outputs: Path) -> None:
        given = {k: resolved(v, contexts) for k, v in step.get("with", {}).items()}
        match step["uses"].partition("@")[0]:
            case "actions/checkout":
                named = given.get("repository")
                url = (self.others[named] if named else self.remote).as_uri()
                target = work / given.get("path", "")
                self._git("clone", "--quiet", "--depth=1", url, str(target))
                if "ref" in given:
                    self._git("-C", str(work), "fetch", "--quiet", "--depth=1", url, given["ref"])
                    self._git("-C", str(work), "checkout", "--quiet", given["ref"])
            case "actions/setup-python":
                pass
            case "actions/upload-artifact":
                target = self.artifacts / given["name"]
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir(parents=True)
                pattern = given["path"] + ("*" if given["path"].endswith("/") else "")
                for file in work.glob(pattern):
                    shutil.copy(file, target)
                if not any(target.iterdir()) and given["if-no-files-found"] == "error":
                    raise AssertionError(f"{given['path']}: no files")
            case "actions/download-artifact":
                target = work / given["path"]
                target.mkdir(parents=True, exist_ok=True)
                for folder in self.artifacts.glob(given.get("name") or given["pattern"]):
                    for file in folder.iterdir():
                        shutil.copy(file, target)
            case "actions/create-github-app-token":
                wanted = {k: v for k, v in given.items() if k.startswith("permission-")}
                assert wanted == {"permission-checks": "write", "permission-pull-requests": "write"}
                assert f"{given['owner']}/{given['repositories']}" in self.others
                outputs.write_text(f"token={self.app_tokens[given['private-key']]}\n")
            case action:
                raise AssertionError(f"nobody plays {action}")

    @staticmethod
    def _git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True, timeout=120)


def wanted(step: dict[str, Any], contexts: Contexts) -> bool:
    """Whether a step is to run: not where its condition counts something and there is none."""
    match = MORE_THAN_NONE.fullmatch(step.get("if", ""))
    return match is None or int(looked_up(match[1], contexts) or 0) > 0


def resolved(text: Any, contexts: Contexts) -> str:
    """`text` with its expressions looked up."""
    return EXPRESSION.sub(lambda match: looked_up(match[1], contexts), str(text))


def looked_up(path: str, contexts: Contexts) -> str:
    """The value at a dotted path in the contexts.

    Raises:
        KeyError: there is no such value.
    """
    value: Any = contexts
    for part in path.split("."):
        value = value[part]
    return str(value)


def make_commands(folder: Path) -> Path:
    """`python`, whose pip does nothing, as `uv` does, and the checkout's own `grader`."""
    folder.mkdir()
    python = (
        f'#!/bin/sh\nif [ "$1 $2" = "-m pip" ]; then exit 0; fi\nexec "{sys.executable}" "$@"\n'
    )
    grader = (
        f'#!/bin/sh\nPYTHONPATH=$GITHUB_WORKSPACE exec "{sys.executable}" -W ignore -c '
        '"from grader.cli import main; main()" "$@"\n'
    )
    for name, text in (("python", python), ("uv", "#!/bin/sh\n"), ("grader", grader)):
        file = folder / name
        file.write_text(text)
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return folder

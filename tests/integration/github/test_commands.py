"""The commands as people and workflows call them: exit codes, sentences, environment."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.github.course import PRIVATE, PUBLIC, ROOT
from tests.github.double import Double
from tests.github.state import BOT
from tests.integration.github.test_collecting import signed_body

Run = Callable[..., subprocess.CompletedProcess[str]]

ROSTER = f"""
course: Course
signing_key: {PUBLIC}
groups:
  - name: A
    members: [{{name: One, github: g1m1}}, {{name: Two, github: null}}]
"""


@pytest.fixture
def run(hub: Double, tmp_path: Path) -> Run:
    """A function that runs a command in a folder with a roster and the assignments."""
    (tmp_path / "assignments").symlink_to(ROOT / "assignments")
    (tmp_path / "groups.yaml").write_text(ROSTER)

    def run_command(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
        values = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "GITHUB_TOKEN": "owner-token",
            "GITHUB_REPOSITORY": hub.repository.name,
            "GITHUB_API_URL": hub.url,
            **environment,
        }
        return subprocess.run(
            [sys.executable, "-c", "from grader.cli import main; main()", *arguments],
            cwd=tmp_path, env={k: v for k, v in values.items() if v is not None},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    return run_command


def one_sentence(done: subprocess.CompletedProcess[str], code: int, part: str) -> None:
    """The command ended with `code` and one sentence that holds `part`."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert part in " ".join(done.stderr.split()), done.stderr
    assert done.stderr.count("grader:") == 1


def test_collect_and_post(hub: Double, run: Run) -> None:
    """Collecting and posting from the owner's machine, a dry run first."""
    hub.repository.add_pull("g1m1", "a" * 40)
    hub.repository.add_comment(1, BOT, signed_body(1))
    collected = run("collect")
    assert collected.stdout == "1 comment read, 1 new result, 0 rejected\n", collected.stderr
    dry = run("report", "--median", "--post", "--dry-run")
    assert "+### Course: group A" in dry.stdout
    assert dry.stderr.startswith("read: groups.yaml, ")
    assert dry.stderr.count("\n") == 1
    assert dry.stdout.endswith("1 issue would be created, 0 would be updated, 0 unchanged\n")
    assert len(hub.repository.threads) == 1
    posted = run("report", "--median", "--post")
    assert posted.stdout == "1 issue created, 0 updated, 0 unchanged\n", posted.stderr
    again = run("report", "--post")
    assert again.stdout == "0 issues created, 0 updated, 1 unchanged\n"


def test_bad_surroundings(hub: Double, run: Run, tmp_path: Path) -> None:
    """Token, name, key and event: each missing or wrong one is one sentence and exit code 2."""
    one_sentence(run("collect", GITHUB_TOKEN=None), 2, "set GITHUB_TOKEN")
    one_sentence(run("collect", GITHUB_TOKEN="wrong"), 2, "does not accept the token")
    one_sentence(run("collect", GITHUB_REPOSITORY=None), 2, "OWNER/NAME")
    one_sentence(run("collect", "--repo", "course/none"), 2, "is the name right")
    one_sentence(run("ci", "grade"), 2, "GITHUB_EVENT_PATH is not set")
    one_sentence(run("ci", "publish"), 2, "GRADER_SIGNING_KEY is not set")
    one_sentence(run("ci", "publish", GRADER_SIGNING_KEY="x"), 2, "not a private key")
    one_sentence(run("report", "--dry-run"), 2, "belong to --post")
    one_sentence(run("report", "--post"), 2, "no gradebook yet")
    (tmp_path / "groups.yaml").write_text(ROSTER.replace(PUBLIC, "null"))
    one_sentence(run("collect"), 2, "signing_key is null")


def test_only_the_grading_run_is_published(run: Run, tmp_path: Path) -> None:
    """A run of another workflow, or of grade.yml for another event, is refused."""
    event = tmp_path / "event.json"
    run_of = {
        "event": "push", "path": ".github/workflows/grade.yml", "head_sha": "a" * 40,
        "head_branch": "main", "created_at": "2026-11-02T10:00:05Z",
        "head_repository": {"full_name": "g1m1/lab5", "owner": {"login": "g1m1"}},
    }  # fmt: skip
    for change in ({}, {"event": "pull_request", "path": ".github/workflows/evil.yml"}):
        event.write_text(json.dumps({"workflow_run": run_of | change}))
        done = run("ci", "publish", GRADER_SIGNING_KEY=PRIVATE, GITHUB_EVENT_PATH=str(event))
        one_sentence(done, 2, "only grade.yml for a pull request")


@pytest.mark.parametrize("kind", ["none", "link", "large", "not json", "invalid"])
def test_bad_artifacts(run: Run, tmp_path: Path, kind: str) -> None:
    """A missing, linked, oversized or malformed result file is one sentence, and nothing posted."""
    results = tmp_path / "results"
    results.mkdir()
    file = results / "1.json"
    match kind:
        case "link":
            file.symlink_to(tmp_path / "groups.yaml")
        case "large":
            file.write_bytes(b" " * (5 * 1024 * 1024))
        case "not json":
            file.write_text("::error::x")
        case "invalid":
            file.write_text('{"schema": "grader/graded/v1", "pull_request": "1"}')
    done = run("ci", "publish", "--regrade", GRADER_SIGNING_KEY=PRIVATE)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert str(results) in done.stderr.replace("\n", "") or "results" in done.stderr


def test_runner_commands_are_stopped(run: Run, tmp_path: Path) -> None:
    """While untrusted text may be printed, the runner is told to obey no command in it."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results/1.json").write_text("::error::x")
    done = run("ci", "publish", "--regrade", GRADER_SIGNING_KEY=PRIVATE, GITHUB_ACTIONS="true")
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"


def test_new_keys(run: Run, tmp_path: Path) -> None:
    """A private key goes into a file that only its owner can read, and never over another."""
    done = run("keys", "new", "--private", "key")
    assert done.returncode == 0, done.stderr
    public = done.stdout.removeprefix("signing_key: ").strip()
    (tmp_path / "groups.yaml").write_text(ROSTER.replace(PUBLIC, public))
    file = tmp_path / "key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() not in done.stdout
    one_sentence(run("keys", "new", "--private", "key"), 2, "cannot be created")
    one_sentence(
        run("ci", "publish", "--regrade", GRADER_SIGNING_KEY=file.read_text()), 2, "result files"
    )


def test_publishing_needs_no_torch(run: Run, tmp_path: Path) -> None:
    """The jobs with rights do not install torch, so their commands must not import it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['torch'] = sys.modules['sklearn'] = None\n"
    )
    path = f"{tmp_path}:{ROOT}"
    (tmp_path / "results").mkdir()
    (tmp_path / "results/1.json").write_text("{}")
    for command in (("collect",), ("ci", "plan"), ("ci", "publish", "--regrade"), ("keys", "new")):
        done = run(*command, PYTHONPATH=path, GRADER_SIGNING_KEY=PRIVATE)
        assert "ModuleNotFoundError" not in done.stderr, done.stderr
        assert "torch" not in done.stderr


def test_renamed(hub: Double, run: Run) -> None:
    """Under its former name a repository is found, and the new name is said."""
    hub.repository.former_names.add("course/lab5")
    hub.repository.name = "course/new"
    done = run("collect", GITHUB_REPOSITORY="course/lab5")
    assert done.returncode == 0, done.stderr
    assert "course/lab5 is now course/new" in done.stderr


def test_plan_with_a_deleted_account(hub: Double, run: Run, tmp_path: Path) -> None:
    """A pull request whose author and fork are gone is on the list like any other."""
    hub.repository.add_pull("g1m1", "a" * 40)
    gone = hub.repository.add_pull("g1m2", "b" * 40)
    assert gone.pull is not None
    gone.user = gone.pull.head_repo = None
    done = run("ci", "plan")
    assert done.returncode == 0, done.stderr
    listed = json.loads((tmp_path / "worklist.json").read_text())["pull_requests"]
    assert [pull["user"] for pull in listed] == [{"login": "g1m1"}, None]


def test_an_event_of_a_deleted_account(hub: Double, run: Run, tmp_path: Path) -> None:
    """A pull request whose author is gone is graded for nobody, and the summary says so."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "x"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    sha = head.stdout.strip()
    side = {"sha": sha, "ref": "main"}
    pull = {"number": 1, "user": None, "head": side, "base": side}
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": pull}))
    done = run("ci", "grade", GITHUB_EVENT_PATH=str(tmp_path / "event.json"))
    assert done.returncode == 0, done.stderr
    assert "the account was deleted" in done.stdout
    graded = json.loads((tmp_path / "results" / "1.json").read_text())
    assert (graded["head"], graded["result"]) == (sha, None)

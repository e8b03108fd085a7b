"""The commands as people and workflows call them: exit codes, sentences, environment."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.github.restore import FILES
from tests.github.course import PRIVATE, PUBLIC, ROOT
from tests.github.double import Double
from tests.github.state import BOT
from tests.github.state import Run as WorkflowRun
from tests.integration.github.publishing import STUB, hand_over
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


def test_runner_commands_are_stopped(hub: Double, run: Run) -> None:
    """While untrusted text may be printed, the runner is told to obey no command in it."""
    pull = hub.repository.add_pull("g1m1", "a" * 40)
    hand_over(hub, pull).head_sha = "b" * 40
    hub.repository.artifacts[0].content = b"::error::x"
    hub.repository.set_changes("b" * 40, [STUB])
    environment = {"GITHUB_TOKEN": "bot-token", "GRADER_SIGNING_KEY": PRIVATE}
    done = run("ci", "publish", GITHUB_ACTIONS="true", **environment)
    assert done.returncode == 0, done.stderr
    first, *_, last, warning = done.stdout.splitlines()
    assert warning.startswith("::warning::#1: run ")
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
    done = run("ci", "publish", GRADER_SIGNING_KEY=file.read_text())
    assert (done.returncode, done.stderr) == (0, "0 results\n")


def test_publishing_needs_no_torch(hub: Double, run: Run, tmp_path: Path) -> None:
    """The jobs with rights do not install torch, so their commands must not import it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['torch'] = sys.modules['sklearn'] = None\n"
    )
    path = f"{tmp_path}:{ROOT}"
    hand_over(hub, hub.repository.add_pull("g1m1", "a" * 40, [STUB]))
    for command in (("collect",), ("ci", "plan"), ("ci", "publish"), ("keys", "new")):
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
    [file] = (tmp_path / "results").iterdir()
    graded = json.loads(file.read_text())
    assert (graded["head"], graded["result"]) == (sha, None)


def test_an_older_comment_put_back_between_two_reports(
    hub: Double, run: Run, tmp_path: Path
) -> None:
    """The next report, on another machine, knows what the last has read, and keeps the newer."""
    hub.repository.add_pull("g1m1", "a" * 40)
    comment = hub.repository.add_comment(1, BOT, signed_body(1, "g1m1", "b", "a", sequence=9))
    assert "2 new results" in run("collect").stdout
    kept = {name: (tmp_path / name).read_bytes() for name in FILES}
    for name in FILES:
        (tmp_path / name).unlink()
    path = ".github/workflows/report.yml"
    at = hub.repository.clock
    ours = WorkflowRun("c" * 40, hub.repository.name, at, path, "schedule", "main")
    forged = WorkflowRun("d" * 40, "g1m1/lab5", at, path, "pull_request")
    hub.repository.add_artifact(hub.repository.add_run(ours), "gradebook", dict(kept))
    hub.repository.add_artifact(hub.repository.add_run(forged), "gradebook", {"x": b"forged"})
    hub.repository.edit_comment(comment, signed_body(1, "g1m1", "a", sequence=1))
    assert "the gradebook of the last report" in run("ci", "restore").stderr
    collected = run("collect")
    assert "older comment was put back" in collected.stderr
    assert "0 new results" in collected.stdout
    assert "2" in run("history", "g1m1").stdout
    one_sentence(run("ci", "restore"), 2, "is here already")


@pytest.mark.parametrize("files", [None, {}, {"gradebook.sqlite": b""}])
def test_no_gradebook_of_an_earlier_report(
    hub: Double, run: Run, tmp_path: Path, files: dict[str, str | bytes] | None
) -> None:
    """Before the first report, or after a broken one, everything is read once."""
    if files is not None:
        path = ".github/workflows/report.yml"
        ours = WorkflowRun("c" * 40, hub.repository.name, hub.repository.clock, path,
                           "workflow_dispatch", "main")  # fmt: skip
        hub.repository.add_artifact(hub.repository.add_run(ours), "gradebook", files)
    done = run("ci", "restore")
    assert (done.returncode, done.stderr) == (0, "no gradebook of an earlier report\n")
    assert not (tmp_path / "gradebook.sqlite").exists()


def test_scores_set_by_hand_elsewhere(hub: Double, run: Run, tmp_path: Path) -> None:
    """A machine without the scores that the other has set posts nothing and says where to post."""
    hub.repository.add_pull("g1m1", "a" * 40)
    hub.repository.add_comment(1, BOT, signed_body(1))
    run("collect")
    run("override", "g1m1", "iris", "--score", "12", "--reason", "shown in the lab")
    assert run("report", "--post").stdout.startswith("1 issue created")
    shown = [t.body for t in hub.repository.threads.values() if t.pull is None]
    for name in FILES:
        (tmp_path / name).unlink()
    run("collect")
    one_sentence(run("report", "--post"), 2, "post from the gradebook that has them")
    assert [t.body for t in hub.repository.threads.values() if t.pull is None] == shown
    assert "12" not in shown[0].split("grader:by-hand")[0]


def test_where_staff_grade(hub: Double, run: Run, tmp_path: Path) -> None:
    """Each job that is not its turn says so in a sentence; without a token nobody is called."""
    one_sentence(run("ci", "publish", "--results", "results"), 2, "names no repository of staff's")
    staff = "staff: {repository: course/secrets, app: our-grader}\n"
    (tmp_path / "groups.yaml").write_text(ROSTER + staff)
    done = run("ci", "publish")
    assert (done.returncode, done.stderr) == (0, "course/secrets publishes, when it looks next\n")
    scheduled = {"GRADER_STAFF_TOKEN": "x", "GITHUB_EVENT_NAME": "schedule"}
    assert run("ci", "publish", **scheduled).stderr == done.stderr
    one_sentence(run("ci", "publish", GRADER_STAFF_TOKEN="x"), 2, "course/secrets")
    hub.repository.add_pull("g1m1", "a" * 40)
    run("ci", "plan")
    one_sentence(run("ci", "grade", "--worklist", "worklist.json"), 2, "start its workflow")
    (tmp_path / "results").mkdir()
    (tmp_path / "results/1.json").write_text("{}")
    done = run("ci", "publish", "--results", "results", GRADER_SIGNING_KEY=PRIVATE)
    assert done.returncode == 0, done.stderr
    assert "refused: results/1.json is not valid: " in done.stderr

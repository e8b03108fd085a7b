"""`grader approve`: waiting runs whose pull request changes only what students edit."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from grader.cli.setup import app
from grader.github.approval import Decision, approve
from grader.github.client import Connection
from tests.github.course import NOW, ROOT, assignments, sha
from tests.github.double import Double
from tests.github.state import Run

Reach = Callable[..., Connection]

STUB = "assignments/softmax/softmax.py"


def waiting(hub: Double, login: str, files: list[str], **more: str) -> Run:
    """A pull request whose grading run waits."""
    hub.repository.add_pull(login, sha(login), files)
    run = Run(sha(login), f"{login}/lab5", NOW, conclusion="action_required",
              id=hub.repository.new_id(), **more)  # fmt: skip
    hub.repository.runs.append(run)
    return run


def test_only_solutions_are_let_go(hub: Double, reach: Reach) -> None:
    """A run that changes the stubs only is approved; others are named and wait on."""
    good = waiting(hub, "g1m1", [STUB])
    waiting(hub, "g1m2", [STUB, ".github/workflows/grade.yml"])
    waiting(hub, "g1m3", [STUB], path=".github/workflows/ci.yml@refs/heads/main")
    gone = waiting(hub, "g2m1", [STUB])
    hub.repository.threads[4].state = "closed"
    decisions = list(approve(reach("owner-token"), assignments(), dry_run=False))
    assert Decision(1, "g1m1") in decisions
    assert Decision(2, "g1m2", "it changes .github/workflows/grade.yml") in decisions
    assert [d.refusal for d in decisions if d.number is None] == [
        "no open pull request has its commit any more"
    ]
    assert len(decisions) == 3
    assert hub.repository.settings.approved == [good.id]
    assert gone.conclusion == "action_required"
    assert [d.number for d in approve(reach("owner-token"), assignments(), dry_run=False)] == [
        None, 2
    ]  # fmt: skip


def test_a_dry_run_approves_nothing(hub: Double, reach: Reach) -> None:
    """What would be approved is told, and waits on."""
    waiting(hub, "g1m1", [STUB])
    assert list(approve(reach("owner-token"), assignments(), dry_run=True)) == [Decision(1, "g1m1")]
    assert hub.requests("POST") == 0


def test_what_github_does_not_list_is_not_approved(hub: Double, reach: Reach) -> None:
    """A comparison that is cut short, or says nothing, is no ground to approve."""
    waiting(hub, "g1m1", [STUB] * 300)
    waiting(hub, "g1m2", [STUB])
    hub.repository.unlisted.add(sha("g1m2"))
    decisions = list(approve(reach("owner-token"), assignments(), dry_run=False))
    assert {d.refusal for d in decisions} == {"GitHub does not list all that it changes"}


def test_the_command(hub: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    """`grader approve` prints what it let go, and names the rest on standard error."""
    waiting(hub, "g1m1", [STUB])
    waiting(hub, "g1m2", ["README.md"])
    monkeypatch.chdir(ROOT)
    environment = {"GITHUB_TOKEN": "owner-token", "GITHUB_API_URL": hub.url}
    done = CliRunner(env=environment).invoke(app, ["approve", "--repo", hub.repository.name])
    assert done.exit_code == 0, done.output
    assert done.stdout == "#1 of g1m1\n1 run approved, 1 left for you\n"
    assert done.stderr == "not approved: #2 of g1m2: it changes README.md\n"

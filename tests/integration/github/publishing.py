"""What hands results over to the double, publishes them, and reads what was said."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from nacl.signing import SigningKey

from grader.course.roster import Roster
from grader.github.client import Connection
from grader.github.event import Graded
from grader.github.publish import Published, Publisher
from grader.github.queue import work_off
from grader.github.seal import Sealed, signing_key, unseal
from tests.github.course import NOW, PRIVATE, assignments, result, roster, sha
from tests.github.double import Double
from tests.github.state import BOT, Run, Thread

KEY: SigningKey = signing_key(PRIVATE, roster())

STUB = "assignments/softmax/softmax.py"

Publish = Callable[..., Published]


def hand_over(
    hub: Double, pull: Thread, share: float = 1.0, *, minutes: float = 0, **more: Any
) -> Run:
    """A run of grade.yml for a pull request's head, and what it hands over."""
    assert pull.pull is not None
    head = pull.pull.head_sha
    run = more.pop("run", None) or hub.repository.add_run(
        Run(head, pull.pull.head_repo, more.pop("run_at", NOW - timedelta(minutes=7)),
            head_branch=pull.pull.head_ref if pull.pull.head_repo else None)
    )  # fmt: skip
    graded = Graded(
        pull_request=more.pop("number", pull.number),
        head=more.pop("graded_head", head),
        result=more.pop("result", None) or result(head, share, minutes=minutes, **more),
    )
    hub.repository.add_artifact(run, "result", {f"{pull.number}.json": graded.to_json()})
    return run


def published(hub: Double) -> None:
    """A run of publish.yml that began now and succeeded, and time passes."""
    at = hub.repository.tick()
    path = ".github/workflows/publish.yml"
    hub.repository.add_run(Run("c" * 40, hub.repository.name, at, path, "workflow_run", "main"))
    hub.repository.tick(3600)


def signed(hub: Double, pull: Thread) -> Sealed:
    """What the one comment of the bot on a pull request proves."""
    [comment] = [c for c in hub.repository.on(pull.number) if c.user == BOT]
    sealed = unseal(comment.body, KEY.verify_key)
    assert sealed is not None
    return sealed


def push(hub: Double, pull: Thread, text: str, files: list[str] | None = None) -> None:
    """A new commit on a pull request."""
    assert pull.pull is not None
    pull.pull.head_sha = sha(text)
    hub.repository.set_changes(pull.pull.head_sha, files or [STUB])


def regrade(
    hub: Double,
    reach: Callable[..., Connection],
    pull: Thread,
    *,
    minutes: float = 10_000,
    people: Roster | None = None,
) -> Published:
    """Publish a later grading of a pull request's head by `regrade.yml`."""
    assert pull.pull is not None
    head = pull.pull.head_sha
    found = result(head, 0.5, minutes=minutes, submitted_at=None)
    graded = Graded(pull_request=pull.number, head=head, result=found)
    path = ".github/workflows/regrade.yml"
    run = Run("c" * 40, hub.repository.name, NOW, path, "workflow_dispatch", "main")
    hub.repository.add_run(run)
    hub.repository.add_artifact(run, "regraded-1", {f"{pull.number}.json": graded.to_json()})
    publisher = Publisher(reach(), assignments(), people or roster(), KEY, BOT)
    *_, last = work_off(publisher, lambda: NOW + timedelta(minutes=minutes))
    published(hub)
    return last


def began(hub: Double, pull: Thread, days: float, **more: Any) -> datetime:
    """A run for a pull request's head that began so many days after NOW."""
    assert pull.pull is not None
    at = NOW + timedelta(days=days)
    run = {"head_sha": pull.pull.head_sha, "head_repo": pull.pull.head_repo} | more
    hub.repository.add_run(Run(**run, at=at))
    return at

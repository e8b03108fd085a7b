"""Reading signed results into the gradebook: incremental, resumable, and nobody can forge one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from grader.errors import GraderError
from grader.github.client import Connection
from grader.github.collect import Bookmark, Collected, collect
from grader.github.comment import UNSIGNED
from grader.github.seal import AttemptLine, Sealed, SealedAttempt, seal, signing_key
from grader.gradebook import Gradebook
from tests.github.course import NOW, PRIVATE, result, roster, sha
from tests.github.double import Double
from tests.github.state import BOT, Fault

KEY = signing_key(PRIVATE, roster())

Collect = Callable[..., Collected]


@pytest.fixture
def read(reach: Callable[..., Connection], tmp_path: Path) -> Collect:
    """A function that collects into the gradebook of this test."""

    def now_read(**more: Any) -> Collected:
        connection = reach("owner-token")
        with (
            Gradebook(tmp_path / "book.sqlite") as book,
            Bookmark(tmp_path / "book.sqlite.collected", connection.repository.id) as bookmark,
        ):
            return collect(connection, book, bookmark, KEY.verify_key, bot=BOT, **more)

    return now_read


@pytest.fixture
def scores(tmp_path: Path) -> Callable[[], list[tuple[str, str | None]]]:
    """A function that lists who has which commit in the gradebook."""

    def listed() -> list[tuple[str, str | None]]:
        with Gradebook(tmp_path / "book.sqlite") as book:
            return [(attempt.member, attempt.commit) for attempt in book.stream()]

    return listed


def signed_body(
    number: int, member: str = "g1m1", *texts: str, sequence: int = 1, repository: int = 4711,
    key: SigningKey = KEY,
) -> str:  # fmt: skip
    """A comment that carries results of commits, the newest first."""
    attempts = tuple(
        SealedAttempt(sequence=sequence - i, result=result(sha(text), member=member, minutes=-i))
        for i, text in enumerate(texts or ("a",))
    )
    lines = tuple(
        AttemptLine(sequence=a.sequence, commit=a.result.commit or "", graded_at=NOW,
                    score=a.result.score, points=a.result.points)
        for a in attempts
    )  # fmt: skip
    sealed = Sealed(
        repository=repository, pull_request=number, member=member,
        head=attempts[0].result.commit or "", sequence=sequence, attempts=attempts, history=lines,
    )  # fmt: skip
    return seal(sealed, key) + "\ntext"


def test_collects_every_attempt(hub: Double, read: Collect, scores: Any) -> None:
    """All attempts that a comment carries are recorded, oldest first, and once."""
    pull = hub.repository.add_pull("g1m1", sha("b"))
    hub.repository.add_comment(pull.number, "g2m1", "a question")
    hub.repository.add_comment(pull.number, BOT, UNSIGNED)
    hub.repository.add_comment(pull.number, BOT, signed_body(pull.number, "g1m1", "b", "a"))
    assert read().results == 2
    assert read().results == 0
    assert scores() == [("g1m1", sha("a")), ("g1m1", sha("b"))]


def test_reads_only_what_changed(hub: Double, read: Collect) -> None:
    """A second reading asks for what changed since the first, in one request."""
    for number in range(1, 251):
        hub.repository.add_pull("g1m1", sha(str(number)))
        hub.repository.add_comment(number, BOT, signed_body(number, "g1m1", str(number)))
    assert read().results == 250
    before = hub.requests("GET", "/issues/comments")
    hub.repository.tick(3600)
    hub.repository.add_comment(7, BOT, signed_body(7, "g1m1", "new", sequence=2))
    again = read()
    assert again.results == 1
    assert hub.requests("GET", "/issues/comments") - before <= 4


def test_many_in_one_second(hub: Double, read: Collect) -> None:
    """More comments within one second than fit on a page are all read."""
    for number in range(1, 331):
        hub.repository.add_pull("g1m1", sha(str(number)))
        hub.repository.add_comment(number, BOT, signed_body(number, "g1m1", str(number)))
    for comment in hub.repository.comments.values():
        comment.updated = comment.at = hub.repository.clock
    assert read().results == 330


def test_changes_during_the_reading(
    hub: Double, read: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comment that moves to the end while pages are read pushes no other out of sight."""
    for number in range(1, 301):
        hub.repository.add_pull("g1m1", sha(str(number)))
        hub.repository.add_comment(number, BOT, signed_body(number, "g1m1", str(number)))
    oldest = sorted(hub.repository.comments.values(), key=lambda comment: comment.id)
    handle, moved = hub.handle, iter(oldest)

    def handle_and_move(method: str, target: str, *rest: Any) -> Any:
        answer = handle(method, target, *rest)
        if "/issues/comments" in target:
            for comment in (next(moved), next(moved)):
                hub.repository.edit_comment(comment, comment.body)
        return answer

    monkeypatch.setattr(hub, "handle", handle_and_move)
    assert read().results == 300


def test_interrupted(hub: Double, read: Collect, scores: Any) -> None:
    """After a failure in the middle the next reading goes on and nothing is missing."""
    for number in range(1, 301):
        hub.repository.add_pull("g1m1", sha(str(number)))
        hub.repository.add_comment(number, BOT, signed_body(number, "g1m1", str(number)))
    hub.faults.append(Fault("GET", "/nothing$", 500))
    failing = Fault("GET", "/issues/comments$", 500, times=0)
    hub.faults.append(failing)

    @contextmanager
    def after(requests: int) -> Iterator[None]:
        matches = failing.matches
        count = iter(range(10_000))
        failing.matches = (  # type: ignore[method-assign]
            lambda _, path: path.endswith("/issues/comments") and next(count) >= requests
        )
        yield
        failing.matches = matches  # type: ignore[method-assign]

    with after(2), pytest.raises(GraderError, match="did not answer"):
        read()
    got = len(scores())
    assert 0 < got < 300
    requests = hub.requests("GET", "/issues/comments$")
    assert read().results == 300 - got
    assert hub.requests("GET", "/issues/comments$") - requests < 5


@pytest.mark.parametrize(
    ("user", "body", "reason"),
    [
        ("g1m1", signed_body(1), "wrote a comment like"),
        (BOT, signed_body(2), "copied from #2"),
        (BOT, signed_body(1, repository=99), "copied"),
        (BOT, signed_body(1, key=SigningKey.generate()), "signature"),
        (BOT, signed_body(1)[:60] + "A" + signed_body(1)[61:], "signature"),
        (BOT, "<!-- grader:v1 nonsense -->", "hidden line"),
        (BOT, "<!-- grader:v1 AAAA.AAAA -->", "signature"),
    ],
    ids=["a student's", "other pull request", "other repository", "other key", "edited", "x", "y"],
)
def test_forgeries(
    hub: Double, read: Collect, scores: Any, user: str, body: str, reason: str
) -> None:
    """What is forged, copied or edited is rejected with the reason, and records nothing."""
    hub.repository.add_pull("g1m1", sha("a"))
    hub.repository.add_comment(1, user, body)
    [sentence] = read().rejected
    assert reason in sentence
    assert scores() == []


def test_replayed(hub: Double, read: Collect, scores: Any) -> None:
    """An older signed comment that someone puts back is rejected."""
    hub.repository.add_pull("g1m1", sha("b"))
    comment = hub.repository.add_comment(1, BOT, signed_body(1, "g1m1", "b", sequence=2))
    read()
    hub.repository.edit_comment(comment, signed_body(1, "g1m1", "a", sequence=1))
    [sentence] = read().rejected
    assert "older comment" in sentence
    assert scores() == [("g1m1", sha("b"))]


def test_deleted(hub: Double, read: Collect, scores: Any) -> None:
    """A full reading notices a deleted comment; what was collected stays."""
    hub.repository.add_pull("g1m1", sha("a"))
    comment = hub.repository.add_comment(1, BOT, signed_body(1))
    read()
    del hub.repository.comments[comment.id]
    assert read().missing == []
    assert read(full=True).missing == [1]
    assert scores() == [("g1m1", sha("a"))]


def test_renamed_repository(hub: Double, reach: Any, tmp_path: Path) -> None:
    """After the repository was renamed, old comments still count, under either name."""
    hub.repository.add_pull("g1m1", sha("a"))
    hub.repository.add_comment(1, BOT, signed_body(1))
    hub.repository.former_names.add(hub.repository.name)
    hub.repository.name = "course/renamed"
    connection = reach("owner-token", name="course/lab5")
    assert connection.renamed_from == "course/lab5"
    with (
        Gradebook(tmp_path / "book.sqlite") as book,
        Bookmark(tmp_path / "mark", connection.repository.id) as bookmark,
    ):
        assert collect(connection, book, bookmark, KEY.verify_key, bot=BOT).results == 1


def test_rate_limits(hub: Double, read: Collect) -> None:
    """Both kinds of rate limit are waited for, however GitHub words them."""
    hub.repository.add_pull("g1m1", sha("a"))
    hub.repository.add_comment(1, BOT, signed_body(1))
    secondary = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes"}
    primary = {"message": "API rate limit exceeded for user ID 1."}
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}
    path = "/issues/comments$"
    hub.faults += [
        Fault("GET", path, 403, headers={"Retry-After": "0"}, body=secondary),
        Fault("GET", path, 403, body=secondary),
        Fault("GET", path, 429, body=secondary),
        Fault("GET", path, 403, headers=reset, body=primary),
    ]
    assert read().results == 1


def test_clock_of_the_bookmark(hub: Double, read: Collect) -> None:
    """A change that a list shows late, up to some minutes, is still read."""
    hub.repository.add_pull("g1m1", sha("a"))
    hub.repository.add_pull("g1m1", sha("b"))
    hub.repository.add_comment(1, BOT, signed_body(1))
    late = hub.repository.add_comment(2, BOT, signed_body(2, "g1m1", "b"))
    late.hidden_for = 1
    late.updated -= timedelta(seconds=120)
    assert read().results == 1
    assert read().results == 1


def test_a_comment_of_a_deleted_account(hub: Double, read: Collect, scores: Any) -> None:
    """A copy of the grader's comment by an account that is gone is rejected, the others read."""
    hub.repository.add_pull("g1m1", sha("a"))
    hub.repository.add_comment(1, None, signed_body(1))
    hub.repository.add_comment(1, None, "hello")
    hub.repository.add_comment(1, BOT, signed_body(1))
    done = read()
    assert done.rejected == ["#1: a deleted account wrote a comment like the grader's"]
    assert scores() == [("g1m1", sha("a"))]

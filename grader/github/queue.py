"""One publisher works off all that waits, pull request by pull request."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from github.PullRequest import PullRequest

from grader.errors import GraderError
from grader.github.client import explained
from grader.github.event import Graded, ResultError
from grader.github.publish import Published, Publisher, Push
from grader.github.pulls import Threads
from grader.github.pushed import first_pushed
from grader.github.waiting import Waiting, results_in, waiting

MANY = 20
"""Waiting results from which on all pull requests and comments are read at once."""


Queue = dict[int, tuple[PullRequest, list[Push]]]
"""A pull request by its number, and what was graded of it."""


def work_off(publisher: Publisher, now: Callable[[], datetime]) -> Iterator[Published]:
    """Publish everything that waits; says what became of each, also of what failed for now.

    What GitHub refuses for now has the outcome "failed": it stays in the queue, and the caller must
    end with an error, so that the next publisher looks at it again.
    """
    connection = publisher.connection
    connection.wait_for_company()
    queue: Queue = {}
    found = waiting(connection)
    regraded: list[Graded] = []
    for one in found:
        if one.regrade:
            try:
                regraded += results_in(connection, one)
            except ResultError as error:
                yield Published(0, "refused", str(error), fault=True)
    threads = Threads(connection, publisher.bot, many=len(found) + len(regraded) >= MANY)
    for one in found:
        if one.regrade:
            continue
        if (pull := threads.of_run(one.run)) is None:
            sentence = f"run {one.run.id}: its pull request is gone, so there is nowhere to publish"
            yield Published(0, "no pull request", sentence)
            continue
        queue.setdefault(pull.number, (pull, []))[1].append(_pushed(publisher, one))
    yield from _enqueued(regraded, threads, queue)
    yield from _published(publisher, queue, threads, now)


def publish_all(
    publisher: Publisher, graded: Sequence[Graded], now: Callable[[], datetime]
) -> Iterator[Published]:
    """Publish what an earlier job of the same run has graded; says what became of each."""
    publisher.connection.wait_for_company()
    threads = Threads(publisher.connection, publisher.bot, many=len(graded) >= MANY)
    queue: Queue = {}
    yield from _enqueued(graded, threads, queue)
    for _, pushes in queue.values():
        pushes.sort(key=lambda push: push.pushed_at or datetime.max.replace(tzinfo=UTC))
    yield from _published(publisher, queue, threads, now)


def _enqueued(graded: Sequence[Graded], threads: Threads, queue: Queue) -> Iterator[Published]:
    """Put results into the queue; says which are of commits that were never pushed there."""
    for one in graded:
        pull = threads.numbered(one.pull_request)
        pushed_at = None  # of the newest it is asked for only where it is not known yet
        if pull.head.sha != one.head:
            # Of deleted forks one's commit could be taken for another's: they have no name.
            if pull.head.repo is not None:
                with explained("look up a push", threads.connection.name):
                    pushed_at = first_pushed(threads.connection, pull, one.head)
            if pushed_at is None:
                sentence = f"#{pull.number}: GitHub knows no push of commit {one.head[:7]} to it"
                yield Published(pull.number, "superseded", sentence)
                continue
        push = Push(one.head, lambda one=one: one, pushed_at=pushed_at)  # type: ignore[misc]
        queue.setdefault(pull.number, (pull, []))[1].append(push)


def _published(
    publisher: Publisher, queue: Queue, threads: Threads, now: Callable[[], datetime]
) -> Iterator[Published]:
    """Publish the queue, pull request by pull request."""
    for number, (pull, pushes) in queue.items():
        try:
            yield from publisher.publish(pull, pushes, threads, now())
        except GraderError as error:
            # The others are published all the same.
            yield Published(number, "failed", str(error), fault=True)


def _pushed(publisher: Publisher, one: Waiting) -> Push:
    def graded() -> Graded:
        [found] = results_in(publisher.connection, one)
        return found

    return Push(
        one.run.head_sha, graded, run=one.run.id, artifact=one.artifact.id,
        pushed_at=one.first_run_at,
    )  # fmt: skip

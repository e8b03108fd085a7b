"""One publisher works off all that waits, pull request by pull request."""

from collections.abc import Callable, Iterator
from datetime import datetime

from github.PullRequest import PullRequest

from grader.errors import GraderError
from grader.github.event import Graded, ResultError
from grader.github.publish import Published, Publisher, Push
from grader.github.pulls import Threads
from grader.github.waiting import Waiting, results_in, waiting

MANY = 20
"""Waiting results from which on all pull requests and comments are read at once."""


def work_off(publisher: Publisher, now: Callable[[], datetime]) -> Iterator[Published]:
    """Publish everything that waits; says what became of each, also of what failed for now.

    What GitHub refuses for now has the outcome "failed": it stays in the queue, and the caller must
    end with an error, so that the next publisher looks at it again.
    """
    connection = publisher.connection
    connection.wait_for_company()
    queue: dict[int, tuple[PullRequest, list[Push]]] = {}
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
    for graded in regraded:
        pull = threads.numbered(graded.pull_request)
        if pull.head.sha != graded.head:
            sentence = f"#{pull.number}: has a newer commit, whose own run publishes"
            yield Published(pull.number, "superseded", sentence)
            continue
        push = Push(graded.head, lambda graded=graded: graded)  # type: ignore[misc]
        queue.setdefault(pull.number, (pull, []))[1].append(push)
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

"""The double, and connections to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from grader.github.client import Connection, connect
from grader.github.publish import Publisher
from grader.github.queue import work_off
from tests.github.course import FAST, NOW, assignments, roster
from tests.github.double import Double, serving
from tests.github.state import BOT, Thread
from tests.integration.github.publishing import KEY, Publish, hand_over, published


@pytest.fixture
def hub() -> Iterator[Double]:
    """A running double with the workflows' bot, an owner, a student; never broken the contract."""
    double = Double()
    double.repository.add_user("bot-token", BOT, app=True)
    double.repository.add_user("owner-token", "prof")
    double.repository.add_user("student-token", "g1m1", write=False)
    with serving(double):
        yield double
    assert double.violations == []


@pytest.fixture
def reach(hub: Double) -> Iterator[Callable[..., Connection]]:
    """A function that connects to the double, by default as the bot and without waiting."""
    with ExitStack() as stack:

        def connected(token: str = "bot-token", **more: Any) -> Connection:
            name = more.pop("name", hub.repository.name)
            connection = connect(token, name, hub.url, **({"pace": FAST} | more))
            return stack.enter_context(connection)

        yield connected


@pytest.fixture
def publish(hub: Double, reach: Callable[..., Connection]) -> Publish:
    """A function that publishes a result of a pull request's head as `publish.yml` does."""
    publisher = Publisher(reach(), assignments(), roster(), KEY, BOT)

    def now_publish(pull: Thread, share: float = 1.0, *, minutes: float = 0, **more: Any) -> Any:
        assert pull.pull is not None
        hand_over(hub, pull, share, minutes=minutes, **more)
        *_, last = work_off(publisher, lambda: NOW + timedelta(minutes=minutes))
        published(hub)
        return last

    return now_publish

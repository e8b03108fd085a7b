"""The double, and connections to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from grader.github.client import Connection, connect
from tests.github.course import FAST
from tests.github.double import Double, serving
from tests.github.state import BOT


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

"""An open sandbox of each level, and fresh workers of it that run probes."""

from collections.abc import Iterator

import pytest
from probes import PROBE_WORKER, SITE

from grader.sandbox.host.sandbox import Level, Limits, Sandbox, Worker


@pytest.fixture(scope="session", params=list(Level))
def level(request: pytest.FixtureRequest) -> Level:
    """Each of the levels in turn."""
    wanted: Level = request.param
    return wanted


@pytest.fixture(scope="session")
def sandbox(level: Level) -> Iterator[Sandbox]:
    """An open sandbox, in which one installed package is denied."""
    with Sandbox(level, worker=PROBE_WORKER, denied_paths=[SITE / "_pytest"]) as opened:
        yield opened


@pytest.fixture
def worker(sandbox: Sandbox) -> Iterator[Worker]:
    """A fresh worker."""
    with sandbox.start_worker(Limits(memory_mib=2048)) as started:
        yield started

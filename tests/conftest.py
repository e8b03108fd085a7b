"""Options of the whole suite."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live OWNER/REPO`: the portable GitHub tests run against the real one."""
    parser.addoption("--live", metavar="OWNER/REPO", help="a scratch repository on real GitHub")


def pytest_configure() -> None:
    """A shell starts what runs in the background deaf to SIGINT; tests interrupt their programs."""
    signal.signal(signal.SIGINT, signal.default_int_handler)

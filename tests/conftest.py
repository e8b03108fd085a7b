"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live OWNER/REPO`: the portable GitHub tests run against the real one."""
    parser.addoption("--live", metavar="OWNER/REPO", help="a scratch repository on real GitHub")

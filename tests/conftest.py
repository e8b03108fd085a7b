"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live OWNER/REPO`: run the portable GitHub tests against the real one, with GITHUB_TOKEN."""
    parser.addoption("--live", metavar="OWNER/REPO", help="a scratch repository on real GitHub")

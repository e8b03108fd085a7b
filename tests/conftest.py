"""Options of the whole suite, and what its tests have to show."""

import os
import signal
import sys

import pytest

# What others hand in is graded, in a jail; pytest must never import it.
collect_ignore = ["attacks", "specimens"]

# The jail is Linux's, and so are its modules and what they are tested with.
if not sys.platform.startswith("linux"):
    collect_ignore += ["integration", "unit/sandbox/jail", "unit/sandbox/host"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live OWNER/REPO`: the portable GitHub tests run against the real one."""
    parser.addoption("--live", metavar="OWNER/REPO", help="a scratch repository on real GitHub")


def pytest_configure() -> None:
    """Make tests independent of how many there are at once and of who started them."""
    # Processes that wait for each other's threads take many times as long; grading uses one, too.
    os.environ["OMP_NUM_THREADS"] = "1"
    # A shell starts what runs in the background deaf to SIGINT; tests interrupt their programs.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests had to show: the texts that they recorded as their property `shown`.

    Properties travel with a test's report, so that this works in several processes as well.
    """
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, text in report.user_properties:
                    if name == "shown":
                        terminalreporter.write_line(f"\n{text}")

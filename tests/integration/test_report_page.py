"""The HTML report in a real browser: themes, widths, keyboard, accessibility, and no request."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from browser import Browser, chromium
from fabricated import ANNOUNCED, START, assignments, fill, roster
from PIL import Image

from grader.gradebook import Gradebook, Override, check_outcomes, training_metrics
from grader.report import build_report, render_html

AXE = Path(os.environ.get("GRADER_AXE", Path.home() / ".cache/grader-ci-axe"))
AXE_SCRIPT = AXE / "node_modules/axe-core/axe.min.js"

NOW = START + timedelta(days=22)
SCREENS = {
    "light": (1200, False),
    "dark": (1200, True),
    "phone": (400, False),
    "phone, dark": (400, True),
}

COURSES = (
    ("few", roster(ANNOUNCED), 60),
    ("many", roster(40), 400),
    ("most", roster(300), 900),
)

pytestmark = pytest.mark.skipif(
    chromium() is None and "CI" not in os.environ, reason="chromium is not installed here"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests of this file."""
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page for staff and for the public, of the announcement's groups, of forty and of 300."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, course, attempts in COURSES:
        fill(folder / f"{name}.sqlite", course, attempts)
        with Gradebook(folder / f"{name}.sqlite") as book:
            member = course.groups[0].members[0].key
            override = Override(
                member=member, assignment="iris", score=3, reason="ill", by="ta", at=START
            )
            report = build_report(
                course,
                book.entries(),
                assignments(),
                now=NOW,
                overrides=[override],
                since=NOW - timedelta(days=7),
            )
            outcomes = check_outcomes(book, report.attempts_that_count)
            metrics = training_metrics(book, report.attempts_that_count)
        for staff in (True, False):
            page = folder / f"{name}-{'staff' if staff else 'public'}.html"
            page.write_text(
                render_html(report, outcomes, staff=staff, metrics=metrics), encoding="utf-8"
            )
            found[page.stem] = page
    return found


NAMES = "[...document.querySelectorAll('table[data-filtered=groups]')[{}].tBodies[0].rows].filter(row => !row.hidden).map(row => row.dataset.name)"  # noqa: E501
"""The visible groups of the first or second table, from top to bottom."""

HEAD = "document.querySelectorAll('table[data-sortable] thead')[0].rows[0].cells[{}]"


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("page", ["few-staff", "few-public", "many-staff", "many-public"])
def test_nothing_is_asked_or_complained_about(
    browser: Browser, pages: dict[str, Path], page: str, screen: str
) -> None:
    """In every theme and width: no request, no error, nothing wider than the window."""
    width, dark = SCREENS[screen]
    browser.open(pages[page], width=width, dark=dark)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")


def test_the_policy_forbids_requests(browser: Browser, pages: dict[str, Path]) -> None:
    """Even a script in the page could not ask the network: the page's own policy forbids it."""
    browser.open(pages["few-public"])
    blocked = browser.run("fetch('http://127.0.0.1:9/').then(() => false, () => true)")
    assert blocked
    assert any("Content Security Policy" in text for text in browser.complaints())


@pytest.mark.skipif(
    not AXE_SCRIPT.is_file() and "CI" not in os.environ,
    reason="axe-core is not installed here: npm install --prefix ~/.cache/grader-ci-axe axe-core",
)
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("page", ["few-staff", "few-public", "many-public", "most-staff"])
def test_accessibility(browser: Browser, pages: dict[str, Path], page: str, screen: str) -> None:
    """axe-core finds no violation in any theme and width, with the details open, and did look."""
    width, dark = SCREENS[screen]
    browser.open(pages[page], width=width, dark=dark)
    browser("Runtime.evaluate", expression=AXE_SCRIPT.read_text(encoding="utf-8"))
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = browser.run(
        "axe.run().then(r => ({bad: r.violations.map(v => v.id + ': ' + v.nodes[0].html),"
        " good: r.passes.map(p => p.id)}))"
    )
    assert found["bad"] == []
    # Regions scroll where the window is narrow.
    looked_at = {"color-contrast", "label"} | (
        {"scrollable-region-focusable"} if width < 600 else set()
    )
    assert looked_at <= set(found["good"])


def test_sorting(browser: Browser, pages: dict[str, Path]) -> None:
    """A button in the head sorts, a second click turns it round, and the head says which."""
    browser.open(pages["few-staff"])
    by_rank = browser.run(NAMES.format(0))
    assert sorted(by_rank) == list("ABCDE")
    browser.run(HEAD.format(1) + ".querySelector('button').click()")
    assert browser.run(NAMES.format(0)) == list("ABCDE")
    browser.run(HEAD.format(1) + ".querySelector('button').click()")
    assert browser.run(NAMES.format(0)) == list("EDCBA")
    assert browser.run(HEAD.format(1) + ".getAttribute('aria-sort')") == "descending"
    assert browser.run(HEAD.format(0) + ".getAttribute('aria-sort')") is None
    browser.run(HEAD.format(2) + ".querySelector('button').click()")
    shares = browser.run(
        "[...document.querySelector('table[data-filtered=groups]').tBodies[0].rows]"
        ".map(row => +row.cells[2].dataset.v)"
    )
    assert shares == sorted(shares)
    assert browser.complaints() == []


def test_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    """With Tab and Enter alone one reaches the filter and a head, sorts, and sees the focus."""
    browser.open(pages["few-staff"])
    stops = []
    for _ in range(6):
        browser.press("Tab", 9)
        stops.append(browser.run("document.activeElement.id || document.activeElement.tagName"))
    assert stops[:4] == ["A", "filter", "which", "DIV"]
    assert stops[4:] == ["BUTTON", "BUTTON"]
    assert browser.run("document.activeElement.textContent.trim()") == "Group"
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Enter", 13, text="\r")
    assert browser.run(HEAD.format(1) + ".getAttribute('aria-sort')") == "ascending"
    assert browser.run(NAMES.format(0)) == list("ABCDE")


def test_filtering(browser: Browser, pages: dict[str, Path]) -> None:
    """What is typed filters groups and members in any case and form, and the count is announced."""
    browser.open(pages["many-staff"])
    browser.run("document.getElementById('filter').focus()")
    for letter in "g0007":
        browser.press(letter, ord(letter.upper()), text=letter)
    assert browser.run(NAMES.format(0)) == browser.run(NAMES.format(1)) == ["G0007"]
    assert browser.run("document.getElementById('count').value") == "1 of 40 groups"
    members = browser.run(
        "document.querySelectorAll('table[data-filtered=members] tbody tr:not([hidden])').length"
    )
    assert members == 3
    browser.open(pages["few-staff"])
    browser.run("filter.value = '강 건'.normalize('NFD'); filter.dispatchEvent(new Event('input'))")
    names = browser.run(
        "[...document.querySelectorAll('table[data-filtered=members] tbody tr:not([hidden]) th')]"
        ".map(one => one.textContent.trim())"
    )
    assert names == ["강 건"]


def test_showing_what_lags_or_changed(browser: Browser, pages: dict[str, Path]) -> None:
    """The groups below half, and those that changed, can be shown alone."""
    browser.open(pages["many-public"])
    for kind, attribute in (("behind", "behind"), ("changed", "changed")):
        browser.run("which.value = 'all'; which.dispatchEvent(new Event('change'))")
        every = browser.run(
            f"[...document.querySelectorAll('table')[0].querySelectorAll('[data-{attribute}]')]"
            ".map(row => row.dataset.name)"
        )
        browser.run(f"which.value = '{kind}'; which.dispatchEvent(new Event('change'))")
        shown = browser.run(NAMES.format(0))
        assert shown == every
        assert 0 < len(shown) < 40


@pytest.mark.parametrize("page", ["most-staff", "most-public"])
def test_a_table_of_hundreds_shows_the_first(
    browser: Browser, pages: dict[str, Path], page: str
) -> None:
    """Of 300 groups 200 are laid out, all are sorted and found, and a button shows all."""
    browser.open(pages[page])
    browser.run("loaded")
    every = [f"G{number:04}" for number in range(1, 301)]
    assert browser.run("document.getElementById('count').value") == "300 of 300 groups"
    browser.run(HEAD.format(1) + ".querySelector('button').click()")
    assert browser.run(NAMES.format(0)) == every[:200]
    browser.run(HEAD.format(1) + ".querySelector('button').click()")
    assert browser.run(NAMES.format(0)) == every[:-201:-1]
    for button in (0, 1):
        browser.run(f"document.querySelectorAll('button.all')[{button}].click()")
        assert sorted(browser.run(NAMES.format(button))) == every
    browser.run("filter.value = 'g03'; filter.dispatchEvent(new Event('input'))")
    assert browser.run(NAMES.format(0)) == ["G0300"]
    assert browser.run("document.getElementById('count').value") == "1 of 300 groups"
    if page == "most-staff":
        members = "document.querySelectorAll('table[data-filtered=members] tbody tr').length"
        assert browser.run(members) == 3
        browser.run("filter.value = ''; filter.dispatchEvent(new Event('input'))")
        assert browser.run(members) == 200
    assert browser.complaints() == []


def test_hangul_is_pronounced(browser: Browser, pages: dict[str, Path]) -> None:
    """Hangul carries its language, and the title and headings are those of the course."""
    browser.open(pages["few-staff"])
    assert browser.run("document.title") == "NeuralNet 101: progress of the groups"
    languages = browser.run(
        "[...document.querySelectorAll('table[data-filtered=members] tbody th')]"
        ".map(one => one.lang)"
    )
    assert set(languages) == {"ko"}


@pytest.mark.parametrize("screen", ["phone", "phone, dark"])
def test_a_table_that_goes_on_beyond_the_edge_shows_it(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, screen: str
) -> None:
    """On a phone a shadow lies at a wide table's right edge, until it is scrolled to its end."""
    width, dark = SCREENS[screen]
    browser.open(pages["few-public"], width=width, dark=dark)
    box = browser.run(
        "(({right, bottom}) => [right, bottom])"
        "(document.querySelector('.scroll').getBoundingClientRect())"
    )
    edge, ground = (int(box[0]) - 3, int(box[1]) - 20), (2, int(box[1]) + 8)

    def shaded() -> bool:
        browser.screenshot(tmp_path / "page.png")
        picture = Image.open(tmp_path / "page.png").convert("L")
        return abs(int(picture.getpixel(edge)) - int(picture.getpixel(ground))) > 30

    assert shaded()
    browser.run("document.querySelector('.scroll').scrollLeft = 10000")
    assert not shaded()

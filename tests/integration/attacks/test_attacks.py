"""No attack gains a point, at either level, for either user: the outcome, and the probe inside."""

import io
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from attack_files import LEVELS, USERS, Attack, read_attacks
from probes import ROOT
from rich.console import Console
from rich.table import Table

ATTACKS = list(read_attacks(ROOT / "tests" / "attacks"))
SECURITY = ROOT / ".github" / "SECURITY.md"
MOST_RESULT_BYTES = 128 * 1024
MOST_HOST_MIB = 1500

Played = dict[tuple[str, str], dict[str, dict[str, Any]]]
Reports = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(params=ATTACKS, ids=lambda attack: attack.id)
def attack(request: pytest.FixtureRequest) -> Attack:
    """Each attack in turn."""
    found: Attack = request.param
    return found


@pytest.fixture
def reports(attack: Attack, played: Played) -> Reports:
    """What came of the attack, by user and level."""
    found = {key: reports[attack.id] for key, reports in played.items() if attack.id in reports}
    assert {level for _, level in found} == set(LEVELS)
    return found


def test_outcome(attack: Attack, reports: Reports) -> None:
    """The verdict of the header; no point but those it names; no fault of ours, no secret."""
    for (user, level), report in reports.items():
        where = f"{user}, {level}: {report}"
        assert report["verdict"] in attack.verdicts(user, level), where
        assert report["score"] == attack.points, where
        assert not report["faults"], report["faults"][0]
        assert not report["secret"], where
        assert report["result_bytes"] < MOST_RESULT_BYTES, where


def test_probe(attack: Attack, reports: Reports) -> None:
    """What the attack observes inside the jail is exactly what its header says."""
    for (user, level), report in reports.items():
        assert report["observed"] in attack.expected(user, level), f"{user}, {level}: {report}"


def test_the_next_submission(attack: Attack, reports: Reports) -> None:
    """The next submission gets full points, and nothing of the attack is left."""
    for (user, _), report in reports.items():
        # As root the reference solution comes after a few attacks, as a user after each.
        if user == "user" or "next" in report:
            assert report["next"] == [20.0, 20.0], report
        assert report["traces"], report


def test_points_are_explained(attack: Attack) -> None:
    """An attack that gets points says why they are no one's gain, or what is not closed."""
    assert attack.gain
    assert attack.catalogue
    if attack.points:
        assert attack.because
    if attack.open:
        text = " ".join(SECURITY.read_text(encoding="utf-8").split()).lower()
        assert attack.open.lower() in text, "SECURITY.md does not state it"


def test_the_suite_is_large_and_covers_the_catalogue() -> None:
    """At least 60 attacks; every row of the catalogue that can reach the sandbox has one."""
    rows = {row for attack in ATTACKS for row in attack.catalogue}
    reachable = {
        *(f"A{n}" for n in range(1, 6)), *(f"B{n}" for n in range(1, 7)),
        *(f"C{n}" for n in range(1, 12)), *(f"D{n}" for n in range(1, 9)),
        *("E1", "E2", "E3", "E4", "E5", "E6", "F1", "F4", "F6", "F8"),
    }  # fmt: skip
    assert len(ATTACKS) >= 60
    assert reachable <= rows, reachable - rows


def test_the_grader_stays_within_limits(
    played: Played, record_property: Callable[[str, object], None]
) -> None:
    """The host survives all attacks in bounded memory; the table of what came is shown."""
    for found in played.values():
        assert found[""]["host_rss_mib"] < MOST_HOST_MIB
    record_property("shown", table(played))


def table(played: Played) -> str:
    """Attacks by family, level and user; then what each bomb took before it was stopped."""
    console = Console(file=io.StringIO(), width=80)
    keys = [(user, level) for user in USERS for level in LEVELS]
    held = Table(
        "family",
        "attacks",
        *(f"{user}\n{level}" for user, level in keys),
        title="Attacks that were held",
    )
    families: dict[str, list[Attack]] = defaultdict(list)
    for attack in ATTACKS:
        families[attack.family].append(attack)
    for family, attacks in families.items():
        cells = [_held(attacks, played, *key) for key in keys]
        held.add_row(family, str(len(attacks)), *cells)
    held.add_row("all", str(len(ATTACKS)), *(_held(ATTACKS, played, *key) for key in keys))
    console.print(held)
    bombs = Table(
        "bomb",
        *(f"{user}\n{level}" for user, level in keys),
        title="Stopped after s, at MiB above an idle worker",
    )
    for attack in families["bombs"]:
        cells = []
        for key in keys:
            if key not in played:
                cells.append("not played")
                continue
            report = played[key][attack.id]
            idle = played[key]["ending/prints_success"]["rss_mib"]
            above = f", {max(0, report['rss_mib'] - idle)}" if report["rss_mib"] else ""
            cells.append(f"{report['seconds']:.2f}{above}")
        bombs.add_row(attack.id.partition("/")[2], *cells)
    console.print(bombs)
    times = ", ".join(
        f"{user}/{level} {found['']['seconds']:.0f} s" for (user, level), found in played.items()
    )
    console.print(
        f"Largest host: {max(f['']['host_rss_mib'] for f in played.values())} MiB. Runs: {times}"
    )
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _held(attacks: list[Attack], played: Played, user: str, level: str) -> str:
    if (user, level) not in played:
        return "not played"
    found = played[user, level]
    attacks = [attack for attack in attacks if attack.id in found]
    good = [
        a for a in attacks
        if found[a.id]["verdict"] in a.verdicts(user, level)
        and found[a.id]["observed"] in a.expected(user, level)
        and found[a.id]["score"] == a.points
        and not a.open
    ]  # fmt: skip
    stated = sum(bool(a.open) for a in attacks)
    return f"{len(good)}" + (f" + {stated} stated" if stated else "")

"""The roster: groups, members and their keys."""

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.course.assignment import load_assignments
from grader.course.policy import LateRule, Policy
from grader.course.roster import Roster, load_roster, normalize_key
from grader.errors import ConfigurationError

ROOT = Path(__file__).parents[3]


def roster(tmp_path: Path, groups: str, head: str = "course: NN\n") -> Roster:
    """The roster of a file with these groups."""
    path = tmp_path / "groups.yaml"
    path.write_text(head + "groups:\n" + groups)
    return load_roster(path)


def test_a_roster_as_it_is_written(tmp_path: Path) -> None:
    """Groups and members keep their order; what is left out has its default."""
    written = (
        "- {name: A, members: [{name: 이지혁}, {name: 강 건}]}\n- {name: B, members: [{name: x}]}\n"
    )
    course = roster(tmp_path, written, "course: NeuralNet 101\npoints: 60\n")
    assert (course.course, course.policy, course.signing_key) == ("NeuralNet 101", Policy(), None)
    assert course.points == 60
    assert [group.name for group in course.groups] == ["A", "B"]
    assert [member.name for member in course.groups[0].members] == ["이지혁", "강 건"]


def test_policy_defaults() -> None:
    """Unless the roster says otherwise, the best attempt counts and a missing one is zero."""
    assert (Policy().attempt, Policy().missing) == ("best", "zero")


def test_find_by_key(tmp_path: Path) -> None:
    """Members are found by login or name, in any case and Unicode form, and nobody else is."""
    course = roster(
        tmp_path,
        "- name: A\n  members:\n  - {name: 기민준, github: null}\n  - {name: Ada, github: Ada-L}\n",
    )
    for key in ("기민준", unicodedata.normalize("NFD", "기민준")):
        found = course.find(key)
        assert found is not None
        assert found[1].key == "기민준"
    found = course.find("aDA-l")
    assert found is not None
    assert (found[0].name, found[1].name) == ("A", "Ada")
    assert course.find("Bob") is None


def test_a_linked_member_is_still_found_by_name(tmp_path: Path) -> None:
    """Once a login is known, what was filed under the name is found; a login comes first."""
    course = roster(
        tmp_path,
        "- {name: A, members: [{name: Ada, github: Ada-L}, {name: x, github: kim}]}\n"
        "- {name: B, members: [{name: Kim, github: kim2}]}\n"
        "- {name: C, members: [{name: twin, github: t1}, {name: Twin, github: t2}]}\n",
    )
    owners = {key: course.find(key) for key in ("ADA", "ada-l", "kim", "kim2", "twin")}
    assert {key: one and one[1].github for key, one in owners.items()} == {
        "ADA": "Ada-L", "ada-l": "Ada-L", "kim": "kim", "kim2": "kim2", "twin": None
    }  # fmt: skip


def test_a_login_is_not_a_name(tmp_path: Path) -> None:
    """Whoever takes a member's name as their login is not that member."""
    course = roster(
        tmp_path, "- {name: A, members: [{name: Ada, github: Ada-L}, {name: Bob, github: null}]}\n"
    )
    found = course.find_login("ADA-L")
    assert found is not None
    assert found[1].name == "Ada"
    assert course.find_login("ada") is course.find_login("bob") is None


def test_a_key_of_two_members_names_both(tmp_path: Path) -> None:
    """A name that two share is nobody's key, and the sentence names the logins that would do."""
    course = roster(
        tmp_path, "- {name: A, members: [{name: Kim, github: k1}, {name: kim, github: k2}]}\n"
    )
    assert course.find("kim") is None
    with pytest.raises(ConfigurationError, match="name of 2 members; write the login: k1 or k2"):
        course.the("kim")
    with pytest.raises(ConfigurationError, match='no "k11"; did you mean "k1"'):
        course.the("k11")
    assert course.the("K2")[1].github == "k2"


def test_joined_and_left(tmp_path: Path) -> None:
    """A member belongs from the first day to the end of the last, or between two moments."""
    course = roster(
        tmp_path,
        "- name: A\n  members:\n  - {name: x, from: 2026-11-02, until: 2026-11-03}\n"
        "  - {name: y, from: 2026-11-02T09:00:00+09:00}\n",
    )
    x, y = course.groups[0].members
    days = {
        hour: datetime(2026, 11, *hour, tzinfo=UTC) for hour in [(1, 23), (2, 0), (3, 23), (4, 0)]
    }
    assert [x.belongs(day, UTC) for day in days.values()] == [False, True, True, False]
    assert [y.belongs(day, UTC) for day in days.values()] == [False, True, True, True]


LATE = "course: c\npolicy:\n  late:\n    softmax: {%s}\n"


def test_late_rule(tmp_path: Path) -> None:
    """A late rule is written with lengths of time, and an extension beside the member."""
    head = LATE % "grace: 30m, penalty: linear, loses: 0.1, every: 12h, cutoff: 7d"
    member = "- {name: A, members: [{name: x, extensions: {softmax: 3d}}]}\n"
    course = roster(tmp_path, member, head)
    rule = course.policy.late["softmax"]
    assert (rule.grace, rule.every, rule.cutoff) == (
        timedelta(minutes=30), timedelta(hours=12), timedelta(days=7)
    )  # fmt: skip
    assert course.groups[0].members[0].extensions == {"softmax": timedelta(days=3)}
    assert rule.sentence("softmax") == (
        "Late work at softmax: on time until 30 minutes after it is due; loses 10% for each "
        "12 hours, in proportion; counts nothing later than 7 days after it is due."
    )
    assert LateRule.model_validate_json(rule.model_dump_json()) == rule


@pytest.mark.parametrize(
    ("late", "message"),
    [
        ("grace: 3 weeks", 'line 4: "3 weeks" is not a length of time; write it as 30m'),
        ("loses: 2", "line 4: .*less than or equal to 1"),
        ("every: 0d", "line 4: every must be longer"),
        ("grace: 2d, cutoff: 1d", "line 4: the cutoff lies before"),
        ("graze: 2d", 'line 4: unknown key "graze"; did you mean "grace"?'),
    ],
)
def test_faulty_late_rule(tmp_path: Path, late: str, message: str) -> None:
    """Each mistake in a late rule is named with its line."""
    with pytest.raises(ConfigurationError, match=message):
        roster(tmp_path, "- {name: A, members: [{name: x}]}\n", LATE % late)


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ("from: 2026-11-03, until: 2026-11-01", 'line 3: "x" leaves before joining'),
        ("from: 2026-11-03 25:00", r'line 3: "2026-11-03 25:00" is not a date: hour must be'),
        ("from: 2026-13-45", r'line 3: "2026-13-45" is not a date: month must be'),
        ("until: 0001-01-01", r'line 3: "0001-01-01": the year is wrong; write it as 2026-11-30'),
        (
            "from: tomorrow",
            'line 3: "tomorrow" is not a date; write it as 2026-11-30, 2026-11-30 23:59 or '
            r"2026-11-30T23:59\+09:00",
        ),
        ("form: 2026-11-03", 'line 3: unknown key "form"; did you mean "from"?'),
    ],
)
def test_faulty_dates(tmp_path: Path, dates: str, message: str) -> None:
    """Each mistake in a member's dates is named with its line."""
    with pytest.raises(ConfigurationError, match=message):
        roster(tmp_path, f"- {{name: A, members: [{{name: x, {dates}}}]}}\n")


def test_days_are_days_in_the_course(tmp_path: Path) -> None:
    """A member's day begins and ends at midnight in the course's zone; a time is one there."""
    course = roster(
        tmp_path,
        "- name: A\n  members:\n  - {name: x, from: 2026-11-02, until: 2026-11-03}\n"
        "  - {name: y, from: 2026-11-02 09:00}\n",
        "course: NN\ntimezone: Asia/Seoul\n",
    )
    x, y = course.groups[0].members
    for moment, there in (((1, 14), False), ((1, 15), True), ((3, 14), True), ((3, 15), False)):
        assert x.belongs(datetime(2026, 11, *moment, tzinfo=UTC), course.zone) is there
    assert not y.belongs(datetime(2026, 11, 1, 23, 59, tzinfo=UTC), course.zone)
    assert y.belongs(datetime(2026, 11, 2, 0, 0, tzinfo=UTC), course.zone)


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ("Europe/Berln", 'line 2: there is no time zone "Europe/Berln"; did you mean "Europe/Ber'),
        ("/etc/passwd", 'line 2: there is no time zone "/etc/passwd"; write it as Europe/Berlin'),
        ("Europe", 'line 2: there is no time zone "Europe"'),
        ("+9", 'line 2: "timezone" should be a valid string'),
    ],
)
def test_faulty_time_zone(tmp_path: Path, zone: str, message: str) -> None:
    """What is no time zone is refused with the nearest one."""
    with pytest.raises(ConfigurationError, match=message):
        roster(tmp_path, "- {name: A, members: [{name: x}]}\n", f"course: c\ntimezone: {zone}\n")


def test_former_logins_and_names(tmp_path: Path) -> None:
    """What was filed under a former login or name is the member's; what comes from GitHub not."""
    course = roster(
        tmp_path,
        "- {name: A, members: [{name: Ada, github: ada2, formerly: [Ada-L, Ada Byron]}]}\n"
        "- {name: B, members: [{name: Bob, github: bob}]}\n",
    )
    for key in ("ada2", "ADA-L", "ada byron", "Ada"):
        found = course.find(key)
        assert found is not None
        assert found[1].github == "ada2"
    # A login that was given up can be taken by anybody.
    assert course.find_login("ada-l") is None


@pytest.mark.parametrize("former", ["bob", "BOB B", "bobby"])
def test_former_names_of_others(tmp_path: Path, former: str) -> None:
    """A former login or name that means another member too is refused, with both names."""
    with pytest.raises(ConfigurationError, match=r'line 3: .* of "Ada" also means "Bob B"'):
        roster(
            tmp_path,
            f"- {{name: A, members: [{{name: Ada, formerly: [{former}]}}]}}\n"
            "- {name: B, members: [{name: Bob B, github: bob, formerly: [bobby]}]}\n",
        )


def test_former_names_of_groups(tmp_path: Path) -> None:
    """A group's former names are its own; one that also means another group is an error."""
    members = "members: [{name: x%s}]"
    written = f"- {{name: A, formerly: [Z], {members % 1}}}\n"
    assert roster(tmp_path, written).groups[0].formerly == ("Z",)
    for former in ("a", "y"):
        other = f"- {{name: B, formerly: [Y, {former}], {members % 2}}}\n"
        with pytest.raises(ConfigurationError, match="means another group too"):
            roster(tmp_path, written + other)


def test_late_rules_fit_the_assignments(tmp_path: Path) -> None:
    """A rule or extension for an assignment that does not exist, or is never due, is refused."""
    known = load_assignments(ROOT / "assignments")
    member = "- {name: A, members: [{name: x, extensions: {%s: 3d}}]}\n"
    with pytest.raises(ConfigurationError, match=r'of "x": there is no .*"softmx"; did'):
        roster(tmp_path, member % "softmx").fits(known)
    with pytest.raises(ConfigurationError, match="policy: late: softmax has no due date"):
        roster(tmp_path, "- {name: A, members: [{name: x}]}\n", LATE % "loses: 0.1").fits(known)
    roster(tmp_path, "- {name: A, members: [{name: x}]}\n").fits(known)


def test_names_are_kept_in_nfc(tmp_path: Path) -> None:
    """A name written decomposed, as macOS does, is stored composed."""
    decomposed = unicodedata.normalize("NFD", "강 건")
    course = roster(tmp_path, f"- name: A\n  members: [{{name: {decomposed}}}]\n")
    assert course.groups[0].members[0].name == "강 건"
    assert normalize_key(decomposed) == normalize_key("강 건")


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ("- name: A\n  members: []\n", 'line 3: group "A" is empty'),
        ("- name: A\n", 'line 3: "members" is missing'),
        ("- name: A\n  members:\n  - name: x\n  - name: X\n", 'line 6: "X" is twice in group "A"'),
        (
            "- {name: A, members: [{name: x}]}\n- {name: B, members: [{name: y}, {name: x}]}\n",
            'line 4: "x" is already in group "A"',
        ),
        (
            "- {name: A, members: [{name: x, github: L}]}\n"
            "- name: B\n  members:\n  - {name: y, github: l}\n",
            'line 6: "l" is already in group "A"',
        ),
        (
            "- name: A\n  members:\n  - {name: x, github: a}\n  - {name: x}\n",
            'line 6: a second "x"; give both a GitHub login',
        ),
        (
            "- {name: A, members: [{name: x}]}\n- {name: a, members: [{name: y}]}\n",
            'line 4: a second group "a"',
        ),
        ("- {name: A, members: [{name: x, github: '@x'}]}\n", 'line 3: "@x" is not a GitHub login'),
        ("- {name: A, members: [{name: x, login: y}]}\n", 'line 3: unknown key "login"'),
        ('- {name: A, members: [{name: "a\\u200b"}]}\n', "line 3: .* invisible character"),
        ("- {name: A, members: [{name: ' '}]}\n", 'line 3: "name" should have at least 1'),
        ("- {name: 1, members: [{name: x}]}\n", 'line 3: "name" should be a valid string; put'),
        ("  []\n", "line 2: there is no group"),
    ],
)
def test_faulty_roster(tmp_path: Path, groups: str, message: str) -> None:
    """Each mistake is named with its line."""
    with pytest.raises(ConfigurationError, match=message):
        roster(tmp_path, groups)


def test_namesakes_with_logins(tmp_path: Path) -> None:
    """Two people of one name may be in the roster once both have a login."""
    course = roster(
        tmp_path, "- name: A\n  members: [{name: x, github: a}, {name: x, github: b}]\n"
    )
    assert course.find("a") != course.find("b")


def test_signing_key(tmp_path: Path) -> None:
    """A signing key is 32 bytes in base64."""
    group = "- {name: A, members: [{name: x}]}\n"
    key = "A" * 43 + "="
    assert roster(tmp_path, group, f"course: c\nsigning_key: {key}\n").signing_key == key
    with pytest.raises(ConfigurationError, match="line 2: signing_key is not a public"):
        roster(tmp_path, group, "course: c\nsigning_key: abcd\n")


def test_unknown_policy(tmp_path: Path) -> None:
    """A policy that does not exist is refused with what there is."""
    with pytest.raises(ConfigurationError, match=r"line 2: .* should be 'best' or 'latest'"):
        roster(tmp_path, "- {name: A, members: [{name: x}]}\n", "course: c\npolicy: {attempt: x}\n")

"""The roster: groups, members and their keys."""

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.course.assignment import load_assignments
from grader.course.policy import LateRule, Policy
from grader.course.roster import Roster, folded, load_roster
from grader.errors import ConfigurationError

ROOT = Path(__file__).parents[3]


def roster(tmp_path: Path, groups: str, head: str = "course: NN\n") -> Roster:
    """The roster of a file with these groups."""
    path = tmp_path / "groups.yaml"
    path.write_text(head + "groups:\n" + groups)
    return load_roster(path)


def test_the_course_roster() -> None:
    """groups.yaml at the root holds the announcement's five groups of three, without logins."""
    course = load_roster(ROOT / "groups.yaml")
    assert (course.course, course.policy, course.signing_key) == ("NeuralNet 101", Policy(), None)
    assert [group.name for group in course.groups] == list("ABCDE")
    assert [len(group.members) for group in course.groups] == [3] * 5
    assert [member.name for member in course.groups[2].members] == ["이지혁", "송재훈", "강 건"]


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
    assert [x.belongs(day) for day in days.values()] == [False, True, True, False]
    assert [y.belongs(day) for day in days.values()] == [False, True, True, True]


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
        ("from: 2026-11-03T09:00:00", "line 3: .* has no time zone"),
        ("from: tomorrow", 'line 3: "tomorrow" is not a date'),
        ("form: 2026-11-03", 'line 3: unknown key "form"; did you mean "from"?'),
    ],
)
def test_faulty_dates(tmp_path: Path, dates: str, message: str) -> None:
    """Each mistake in a member's dates is named with its line."""
    with pytest.raises(ConfigurationError, match=message):
        roster(tmp_path, f"- {{name: A, members: [{{name: x, {dates}}}]}}\n")


def test_late_rules_fit_the_assignments(tmp_path: Path) -> None:
    """A rule or extension for an assignment that does not exist, or is never due, is refused."""
    known = load_assignments(ROOT / "assignments")
    member = "- {name: A, members: [{name: x, extensions: {%s: 3d}}]}\n"
    with pytest.raises(ConfigurationError, match=r'of "x": there is no .*"softmx"; did'):
        roster(tmp_path, member % "softmx").fits(known)
    with pytest.raises(ConfigurationError, match="policy: late: softmax has no due date"):
        roster(tmp_path, "- {name: A, members: [{name: x}]}\n", LATE % "loses: 0.1").fits(known)
    load_roster(ROOT / "groups.yaml").fits(known)


def test_names_are_kept_in_nfc(tmp_path: Path) -> None:
    """A name written decomposed, as macOS does, is stored composed."""
    decomposed = unicodedata.normalize("NFD", "강 건")
    course = roster(tmp_path, f"- name: A\n  members: [{{name: {decomposed}}}]\n")
    assert course.groups[0].members[0].name == "강 건"
    assert folded(decomposed) == folded("강 건")


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

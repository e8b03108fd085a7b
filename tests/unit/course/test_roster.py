"""The roster: groups, members and their keys."""

import unicodedata
from pathlib import Path

import pytest

from grader.course.roster import Policy, Roster, folded, load_roster
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
    assert course.find("Ada") is None  # a login of that name may be anybody's


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

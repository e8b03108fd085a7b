"""Random groups, logins written into groups.yaml, and the lists both are made from."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.draw import draw_groups, read_members, written_roster
from grader.course.linking import linked
from grader.course.roster import Group, Member, load_roster
from grader.errors import ConfigurationError

NAMES = ["기민준", "이진욱", "강 건", "Ada", "123", "yes", "null", "a: b", "#x", "O'Neil", "{y}"]


def members(names: list[str]) -> tuple[Member, ...]:
    """Members with these names."""
    return tuple(Member(name=name) for name in names)


def names_of(groups: tuple[Group, ...]) -> list[list[str]]:
    """The names in each group."""
    return [[member.name for member in group.members] for group in groups]


def listed(tmp_path: Path, content: bytes | str) -> Path:
    """A file with this content."""
    path = tmp_path / "names.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@given(st.integers(1, 60), st.integers(1, 7), st.integers(0, 2**31))
@settings(deadline=None, max_examples=60)
def test_groups_are_balanced(number: int, size: int, seed: int) -> None:
    """Everybody is in one group; sizes differ by at most one; none is below the size asked for."""
    names = [f"m{n}" for n in range(number)]
    groups = draw_groups(members(names), size, seed)
    assert sorted(name for group in names_of(groups) for name in group) == sorted(names)
    sizes = [len(group.members) for group in groups]
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= min(size, number)
    assert len({group.name for group in groups}) == len(groups)


def test_a_draw_is_reproducible() -> None:
    """The same seed gives the same groups whatever the order of the list; another gives others."""
    names = [f"m{n}" for n in range(30)]
    one = draw_groups(members(names), 3, 7)
    assert draw_groups(members(names[::-1]), 3, 7) == one
    assert draw_groups(members(names), 3, 8) != one


def test_a_draw_is_fair() -> None:
    """Over many seeds everybody meets everybody about equally often."""
    met = dict.fromkeys("bcdef", 0)
    for seed in range(600):
        for group in names_of(draw_groups(members(list("abcdef")), 3, seed)):
            if "a" in group:
                for other in group:
                    met[other] = met.get(other, 0) + 1
    # 240 expected; 5 standard deviations of a binomial are 60.
    assert all(180 < met[other] < 300 for other in "bcdef")


PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=3)


@given(PAIRS, st.integers(0, 1000))
@settings(deadline=None, max_examples=40)
def test_wishes_are_kept(pairs: list[tuple[int, int]], seed: int) -> None:
    """Who is to be apart is, and who is to be together is; who is to be both is refused."""
    names = [f"m{n}" for n in range(12)]
    apart = [(names[a], names[b]) for a, b in pairs[:2] if a != b]
    together = [(names[a], names[b]) for a, b in pairs[2:] if a != b]
    if set(map(frozenset, apart)) & set(map(frozenset, together)):
        with pytest.raises(ConfigurationError, match="both together and apart"):
            draw_groups(members(names), 3, seed, apart=apart, together=together)
        return
    groups = names_of(draw_groups(members(names), 3, seed, apart=apart, together=together))
    where = {name: number for number, group in enumerate(groups) for name in group}
    assert all(where[a] != where[b] for a, b in apart)
    assert all(where[a] == where[b] for a, b in together)
    assert sorted(map(len, groups)) == [3, 3, 3, 3]


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"apart": [("a", "zoe")]}, '"zoe" is not in the list'),
        ({"together": [("a", "b"), ("b", "c"), ("c", "d")]}, "a, b, c, d are to stay together"),
        ({"together": [("a", "b")], "apart": [("B", "a")]}, "both together and apart"),
        ({"apart": [("a", x) for x in "bcdef"]}, "no draw in 1000 tries"),
    ],
)
def test_impossible_wishes(wishes: dict[str, list[tuple[str, str]]], message: str) -> None:
    """What cannot be met is refused with the names."""
    with pytest.raises(ConfigurationError, match=message):
        draw_groups(members(list("abcdef")), 3, 1, **wishes)


def test_many_members_are_drawn_quickly() -> None:
    """Thousands of members are no matter; group names go on after Z."""
    groups = draw_groups(members([f"m{n}" for n in range(5000)]), 3, 1)
    assert len(groups) == 1666
    assert [groups[n].name for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_what_is_drawn_is_a_roster(tmp_path: Path) -> None:
    """Names that YAML would take for something else come back as they were."""
    path = tmp_path / "groups.yaml"
    groups = draw_groups(members(NAMES), 3, 5)
    path.write_text(written_roster("Netze: 101", groups, "grader roster new"), encoding="utf-8")
    course = load_roster(path)
    assert course.course == "Netze: 101"
    assert course.groups == groups


@pytest.mark.parametrize(
    "content",
    [
        "기민준\n이진욱\n",
        "\ufeff이름,학번\r\n기민준,1\r\n이진욱,2\r\n".encode(),
        "\ufeffgithub;Name\r\n;기민준\r\n;이진욱\r\n",
        "name\tgithub\n" + unicodedata.normalize("NFD", "기민준") + "\n\n 이진욱 \n",
        '"name"\n"기민준"\n"이진욱"\n',
    ],
)
def test_lists_as_people_write_them(tmp_path: Path, content: bytes | str) -> None:
    """With or without head, mark, quotes, other columns; commas, semicolons or tabs; any form."""
    found = read_members(listed(tmp_path, content))
    assert [(one.name, one.github) for one in found] == [("기민준", None), ("이진욱", None)]


def test_a_list_with_logins(tmp_path: Path) -> None:
    """A column github gives the logins that are known."""
    found = read_members(listed(tmp_path, "name,github\nx,X-1\ny,\n"))
    assert [(one.name, one.github) for one in found] == [("x", "X-1"), ("y", None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no name"),
        ("name\n", "holds no name"),
        ("Ärzte, Jörg\n".encode("cp1252"), 'not UTF-8; in Excel save it as "CSV UTF-8'),
        ("name,github\nx,@y\n", 'line 2: "@y" is not a GitHub login'),
        ("x\nX\n", 'line 2: a second "X"'),
        ("name,github\n,y\n", "line 2: the name is missing"),
        ("a\u200bb\n", "line 1: .* invisible character"),
    ],
)
def test_faulty_lists(tmp_path: Path, content: bytes | str, message: str) -> None:
    """Each fault is named with file, line and what to do."""
    with pytest.raises(ConfigurationError, match=message):
        read_members(listed(tmp_path, content))


@pytest.mark.parametrize("content", ["name,github\nx,Same\ny,sAME\n", "name,github\nada,\nx,Ada\n"])
def test_keys_that_the_roster_would_refuse(tmp_path: Path, content: str) -> None:
    """Logins that differ only in case, and a login that is another's only key, are refused."""
    with pytest.raises(ConfigurationError, match=r"line 3: .* is already the key of .* in line 2"):
        read_members(listed(tmp_path, content))


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (12)\n"
    "    Points Possible,,,,,10\n"
    '"Lovelace, Ada",7,s7,ada7,Lab,3\n"Student, Test",9,,x,Lab,\n'
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CANVAS, [("Ada Lovelace", None)]),
        (
            "identifier,github_username,github_id,name\ns1,ada-l,11,Ada Lovelace\nkim,k,12,\n",
            [("Ada Lovelace", "ada-l"), ("kim", "k")],
        ),
        ("GitHub Username;Name\nada-l;Ada\n", [("Ada", "ada-l")]),
        ("First name,Surname,Email address\nAda,Lovelace,a@b.c\n", [("Ada Lovelace", None)]),
        ("First name,Last name,ID number\nAda,Lovelace,4\n", [("Ada Lovelace", None)]),
        ("Name;Vorname;GitHub\nNoether;Emmy;emmy\n", [("Emmy Noether", "emmy")]),
        ("Nachname\tVorname\nNoether\tEmmy\n", [("Emmy Noether", None)]),
        ("학번,이름,깃허브\n1,기민준,min\n", [("기민준", "min")]),
        ("성,이름\n기,민준\n", [("기민준", None)]),
        ("이름,성,ID 번호,이메일 주소\n민준,기,1,a@b.c\n", [("기민준", None)]),
        ("순번,학번,성명,GitHub 아이디\n1,2,기민준,min\n", [("기민준", "min")]),
        ("name,github\rAda,a\rBob,\r", [("Ada", "a"), ("Bob", None)]),
        ("이름,깃허브\r\n기민준,min\r\n".encode("cp949"), [("기민준", "min")]),
        ("이름\n쀼\n".encode("cp949"), [("쀼", None)]),
        ("name\tgithub\r\n기민준\tmin\r\n".encode("utf-16"), [("기민준", "min")]),
    ],
)
def test_lists_of_other_systems(
    tmp_path: Path, content: bytes | str, expected: list[tuple[str, str | None]]
) -> None:
    """Titles in three languages, other systems' exports, and Excel's encodings are understood."""
    found = read_members(listed(tmp_path, content))
    assert [(one.name, one.github) for one in found] == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Lovelace, Ada\n", r"line 1: Lovelace \| Ada: there is no title .* such as name,github"),
        ("roster_identifier\nAda\n", 'the column "roster_identifier" is not known; known are'),
        ("Student Name,Username\nAda,a\n", '"Username": not known as a column'),
        ("name,Github-Nmae\nAda,a\n", '"Github-Nmae": not known as a column'),
        ("Vorname,GitHub\nEmmy,e\n", "no column holds whole names"),
        ("name,github,login\nx,y,z\n", "columns 2 and 3 are both"),
    ],
)
def test_columns_are_never_guessed(tmp_path: Path, content: str, message: str) -> None:
    """What is not recognised is named with its file and the columns that are known."""
    with pytest.raises(ConfigurationError, match=rf"names\.csv.*{message}"):
        read_members(listed(tmp_path, content))


def test_linking_two_logins_to_one_name(tmp_path: Path) -> None:
    """A list that gives one member two logins is refused, not decided by its order."""
    path = tmp_path / "groups.yaml"
    path.write_text(ROSTER, encoding="utf-8")
    with pytest.raises(ConfigurationError, match='"plain" is given two logins, p and q'):
        linked(path, [("plain", "p"), ("Plain", "q")])


ROSTER = """\
# The course.
course: NN
groups:
  - name: A  # the first
    members:
      - {name: 기민준, github: null}
      - {name: "x y"}  # no key yet
  - name: B
    members:
      - name: plain
      - name: old
        github: before
"""


def test_linking_changes_logins_and_nothing_else(tmp_path: Path) -> None:
    """In any way of writing a member; comments and everything else stay."""
    path = tmp_path / "groups.yaml"
    path.write_text(ROSTER, encoding="utf-8")
    nfd = unicodedata.normalize("NFD", "기민준")
    logins = [(nfd, "min-jun"), ("X Y", "123"), ("plain", "p"), ("old", "new")]
    expected = (
        ROSTER.replace("github: null", "github: min-jun")
        .replace('"x y"}', "\"x y\", github: '123'}")
        .replace("name: plain", "name: plain\n        github: p")
        .replace("before", "new\n        formerly: [before]")
    )
    assert linked(path, logins) == expected
    path.write_text(expected, encoding="utf-8")
    course = load_roster(path)
    assert [m.github for g in course.groups for m in g.members] == ["min-jun", "123", "p", "new"]


@pytest.mark.parametrize(
    ("name", "message"), [("plane", 'no "plane"; did you mean "plain"'), ("old", "there 2 times")]
)
def test_linking_somebody_unknown(tmp_path: Path, name: str, message: str) -> None:
    """A name that is not there, or there twice, is refused."""
    path = tmp_path / "groups.yaml"
    path.write_text(ROSTER + "      - {name: old, github: other}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        linked(path, [(name, "x")])

"""Random groups from a list of names, and what is written about them into groups.yaml."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import yaml
from pydantic import ValidationError

from grader.course.document import did_you_mean
from grader.course.matching import normalize_key
from grader.course.people import read_people
from grader.course.roster import Group, Member
from grader.errors import ConfigurationError

TRIES = 1000
"""Draws after which wishes are held to be impossible."""

Pair = tuple[str, str]


def read_members(path: Path) -> tuple[Member, ...]:
    """The members in a list of names, each with a key of their own; see `read_people`.

    Raises:
        ConfigurationError: names the file, the line and what to do.
    """
    members: dict[str, Member] = {}
    keys: dict[str, tuple[int, Member]] = {}
    for line, name, login in read_people(path):
        try:
            member = Member(name=name, github=login or None)
        except ValidationError as error:
            raise ConfigurationError(f"{path}, line {line}: {error.errors()[0]['msg']}") from None
        if normalize_key(member.name) in members:
            raise ConfigurationError(
                f'{path}, line {line}: a second "{member.name}"; tell them apart, such as by "2"'
            )
        if normalize_key(member.key) in keys:
            first, owner = keys[normalize_key(member.key)]
            raise ConfigurationError(
                f'{path}, line {line}: "{member.key}" is already the key of "{owner.name}" in line '
                f"{first}; logins know no upper and lower case, and each member needs their own"
            )
        members[normalize_key(member.name)] = member
        keys[normalize_key(member.key)] = line, member
    return tuple(members.values())


def draw_groups(
    members: Sequence[Member],
    size: int,
    seed: int,
    *,
    apart: Sequence[Pair] = (),
    together: Sequence[Pair] = (),
) -> tuple[Group, ...]:
    """Random groups of at least `size`; a remainder makes as many groups as needed one larger.

    The same members, in any order, and the same seed give the same groups.

    Args:
        members: whom to distribute.
        size: of a group.
        seed: decides the draw.
        apart: pairs of names that must not meet.
        together: pairs of names that must.

    Raises:
        ConfigurationError: a wish for someone who is not there, or wishes that cannot be met.
    """
    known = {normalize_key(member.name): member for member in members}
    foes = [(_known(a, known), _known(b, known)) for a, b in apart]
    blocks = _blocks(known, [(_known(a, known), _known(b, known)) for a, b in together])
    count = max(1, len(members) // size)
    least, larger = divmod(len(members), count)
    sizes = [least + (number < larger) for number in range(count)]
    for block in blocks:
        if len(block) > max(sizes):
            names = ", ".join(known[one].name for one in block)
            raise ConfigurationError(f"{names} are to stay together, but a group has {max(sizes)}")
        for a, b in foes:
            if a in block and b in block:
                raise ConfigurationError(
                    f"{known[a].name} and {known[b].name} are to stay both together and apart"
                )
    random = Random(seed)
    for _ in range(TRIES):
        drawn = _draw(blocks, sizes, foes, random)
        if drawn is not None:
            return tuple(
                Group(name=_letters(number), members=tuple(known[one] for one in sorted(group)))
                for number, group in enumerate(drawn)
            )
    raise ConfigurationError(
        f"no draw in {TRIES} tries keeps everyone apart and together as wished; drop a pair"
    )


def written_roster(course: str, groups: Sequence[Group], command: str) -> str:
    """The text of a new groups.yaml; `command` is what drew it, to draw it again."""
    head = yaml.safe_dump({"course": course}, allow_unicode=True)
    lines = [
        f"# Drawn by: {command}",
        head.rstrip(),
        "policy: {attempt: best, missing: zero}",
        "signing_key: null",
        "groups:",
    ]
    for group in groups:
        lines += [f"  - name: {_scalar(group.name)}", "    members:"]
        lines += [
            f"      - {{name: {_scalar(one.name)}, github: {_scalar(one.github)}}}"
            for one in group.members
        ]
    return "\n".join(lines) + "\n"


def _scalar(text: str | None) -> str:
    """A value in a flow mapping, in quotes where YAML would take it for something else."""
    line = yaml.safe_dump([text], allow_unicode=True, default_flow_style=True, width=1000)
    return line.strip().removeprefix("[").removesuffix("]")


def _known(name: str, known: dict[str, Member]) -> str:
    if normalize_key(name.strip()) not in known:
        hint = did_you_mean(name, [member.name for member in known.values()])
        raise ConfigurationError(f'"{name}" is not in the list{hint}')
    return normalize_key(name.strip())


def _blocks(known: dict[str, Member], together: Sequence[Pair]) -> list[list[str]]:
    """Those who stay together, in lists; everybody is in one."""
    block_of = {one: [one] for one in sorted(known)}
    for a, b in together:
        if block_of[a] is not block_of[b]:
            joined = block_of[a] + block_of[b]
            block_of |= dict.fromkeys(joined, joined)
    return [block for one, block in block_of.items() if block[0] == one]


def _draw(
    blocks: Sequence[list[str]], sizes: Sequence[int], foes: Sequence[Pair], random: Random
) -> list[list[str]] | None:
    """One draw, or None where somebody is left whom no group can take."""
    order = list(blocks)
    random.shuffle(order)
    order.sort(key=len, reverse=True)  # the large ones fit only while there is room
    enemies: dict[str, set[str]] = {}
    for a, b in foes:
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)
    groups: list[list[str]] = [[] for _ in sizes]
    start = 0
    for block in order:
        hated = set().union(*(enemies.get(one, set()) for one in block))
        while start < len(groups) and len(groups[start]) == sizes[start]:
            start += 1
        for number in range(start, len(groups)):
            room = sizes[number] - len(groups[number])
            if len(block) <= room and hated.isdisjoint(groups[number]):
                groups[number] += block
                break
        else:
            return None
    return groups


def _letters(number: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    text = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("A") + letter) + text
    return text

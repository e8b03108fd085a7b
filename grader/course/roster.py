"""The roster: who is in which group, and how a group's progress is counted."""

import base64
import binascii
import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, field_validator, model_validator

from grader.course.document import Written, problem, read_document

SIGNING_KEY_BYTES = 32  # a public Ed25519 key

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def folded(key: str) -> str:
    """The form in which two keys are compared: NFC, and neither upper nor lower case.

    macOS decomposes Hangul in file names, and GitHub logins know no case.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", key).casefold())


def _readable(name: str) -> str:
    """`name` in NFC; refuses what a reader cannot see."""
    if not name.isprintable():
        raise problem(f"{name!r} holds an invisible character; type it anew")
    return unicodedata.normalize("NFC", name)


class Member(Written):
    """A student: a name, and a GitHub login once it is known."""

    name: Name
    github: str | None = None

    _name_is_readable = field_validator("name")(_readable)

    @field_validator("github")
    @classmethod
    def _is_a_login(cls, login: str | None) -> str | None:
        if login is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}", login):
            raise problem(f'"{login}" is not a GitHub login: write it without @ and without a URL')
        return login

    @property
    def key(self) -> str:
        """What submissions and attempts are filed under: the login, or else the name."""
        return self.github or self.name


class Group(Written):
    """A named team of members."""

    name: Name
    members: tuple[Member, ...]

    _name_is_readable = field_validator("name")(_readable)

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        if not self.members:
            raise problem(f'group "{self.name}" is empty; add a member or remove the group')
        return self


class Policy(Written):
    """How attempts become scores.

    Args:
        attempt: which attempt at an assignment counts.
        missing: what becomes of a member without an attempt: zero points, or left out.
    """

    attempt: Literal["best", "latest"] = "best"
    missing: Literal["zero", "exclude"] = "zero"


class Roster(Written):
    """The content of `groups.yaml`; every member has a key of their own."""

    course: Name
    policy: Policy = Policy()
    signing_key: str | None = None
    groups: tuple[Group, ...]

    @field_validator("signing_key")
    @classmethod
    def _is_a_public_key(cls, key: str | None) -> str | None:
        try:
            if key is None or len(base64.b64decode(key, validate=True)) == SIGNING_KEY_BYTES:
                return key
        except (binascii.Error, ValueError):
            pass
        raise problem("signing_key is not a public Ed25519 key in base64; see `grader keys new`")

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if not self.groups:
            raise problem("there is no group", "groups")
        groups: set[str] = set()
        owner: dict[str, Group] = {}
        bearer: dict[str, Member] = {}
        for g, group in enumerate(self.groups):
            if folded(group.name) in groups:
                raise problem(f'a second group "{group.name}"; rename one', "groups", g, "name")
            groups.add(folded(group.name))
            for m, member in enumerate(group.members):
                at = ("groups", g, "members", m)
                key, name = folded(member.key), folded(member.name)
                if key in owner:
                    where = f'in group "{owner[key].name}"'
                    twice = f"twice {where}" if owner[key] is group else f"already {where}"
                    raise problem(f'"{member.key}" is {twice}; each member has one group', *at)
                namesake = bearer.get(name)
                if namesake and not (member.github and namesake.github):
                    raise problem(f'a second "{member.name}"; give both a GitHub login', *at)
                owner[key], bearer[name] = group, member
        return self

    def find(self, key: str) -> tuple[Group, Member] | None:
        """Whose key it is, in any case and Unicode form; None for someone not in the roster."""
        return self._by_key.get(folded(key))

    @cached_property
    def _by_key(self) -> dict[str, tuple[Group, Member]]:
        return {
            folded(member.key): (group, member) for group in self.groups for member in group.members
        }


def load_roster(path: Path) -> Roster:
    """The roster in `path`.

    Raises:
        ConfigurationError: names file and line.
    """
    return read_document(path, Roster)

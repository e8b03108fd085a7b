"""The roster: who is in which group, and how a group's progress is counted."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from grader.course.assignment import Assignment
from grader.course.document import Written, did_you_mean, problem, read_document, unknown
from grader.course.matching import Directory, Known
from grader.course.matching import normalize_key as normalize_key
from grader.course.moments import in_zone, zone_named
from grader.course.policy import Duration, Policy, WrittenMoment
from grader.course.staff import PublicKey, Staff
from grader.errors import ConfigurationError

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _readable(name: str) -> str:
    """`name` in NFC; refuses what a reader cannot see."""
    if not name.isprintable():
        raise problem(f"{name!r} holds an invisible character; type it anew")
    return unicodedata.normalize("NFC", name)


class Member(Written):
    """A student: a name, and a GitHub login once it is known.

    Args:
        name: as the course writes it.
        github: the login.
        formerly: logins and names that attempts were filed under before.
        joined: `from` in the file; before it the member is not counted.
        left: `until` in the file; after it the member is not counted.
        extensions: assignment → by how much it is due later for this member.
    """

    name: Name
    github: str | None = None
    formerly: tuple[Name, ...] = ()
    joined: WrittenMoment | None = Field(default=None, alias="from")
    left: WrittenMoment | None = Field(default=None, alias="until")
    extensions: dict[str, Duration] = Field(default_factory=dict)

    _name_is_readable = field_validator("name")(_readable)

    @field_validator("github")
    @classmethod
    def _is_a_login(cls, login: str | None) -> str | None:
        if login is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}", login):
            raise problem(f'"{login}" is not a GitHub login: write it without @ and without a URL')
        return login

    @model_validator(mode="after")
    def _joins_before_leaving(self) -> Self:
        # Which zone is meant makes no difference, if it is the same for both.
        if (
            self.joined
            and self.left
            and in_zone(self.left, UTC, end=True) <= in_zone(self.joined, UTC)
        ):
            raise problem(f'"{self.name}" leaves before joining', "until")
        return self

    @property
    def key(self) -> str:
        """What submissions and attempts are filed under: the login, or else the name."""
        return self.github or self.name

    def belongs(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether the member has joined by then and not left yet; days are days in `zone`."""
        return (self.joined is None or in_zone(self.joined, zone) <= moment) and (
            self.left is None or moment < in_zone(self.left, zone, end=True)
        )


class Group(Written):
    """A named team of members; `formerly`: the names that it had before."""

    name: Name
    formerly: tuple[Name, ...] = ()
    members: tuple[Member, ...]

    _name_is_readable = field_validator("name")(_readable)

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        if not self.members:
            raise problem(f'group "{self.name}" is empty; add a member or remove the group')
        return self


class Roster(Written):
    """The content of `groups.yaml`; every member has a key of their own.

    Args:
        course: its title.
        timezone: where a day begins and ends, such as Europe/Berlin.
        policy: how attempts become scores.
        points: what all assignments are worth together, for `grader lint` to hold them against.
        signing_key: the public key of results on GitHub.
        staff: the private repository whose results alone count, where there is one.
        mention: whether a group's issue calls to its members.
        groups: who is in which.
    """

    course: Name
    timezone: Name = "UTC"
    policy: Policy = Policy()
    points: Annotated[float | None, Field(gt=0)] = None
    signing_key: PublicKey | None = None
    staff: Staff | None = None
    mention: bool = False
    groups: tuple[Group, ...]

    @field_validator("timezone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        try:
            zone_named(name)
        except ValueError as error:
            raise problem(str(error)) from None
        return name

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if not self.groups:
            raise problem("there is no group", "groups")
        groups: set[str] = set()
        owner: dict[str, Group] = {}
        bearer: dict[str, Member] = {}
        for g, group in enumerate(self.groups):
            if normalize_key(group.name) in groups:
                raise problem(f'a second group "{group.name}"; rename one', "groups", g, "name")
            groups.add(normalize_key(group.name))
            for m, member in enumerate(group.members):
                at = ("groups", g, "members", m)
                key, name = normalize_key(member.key), normalize_key(member.name)
                if key in owner:
                    where = f'in group "{owner[key].name}"'
                    twice = f"twice {where}" if owner[key] is group else f"already {where}"
                    raise problem(f'"{member.key}" is {twice}; each member has one group', *at)
                namesake = bearer.get(name)
                if namesake and not (member.github and namesake.github):
                    raise problem(f'a second "{member.name}"; give both a GitHub login', *at)
                owner[key], bearer[name] = group, member
        for g, group in enumerate(self.groups):
            for former in group.formerly:
                if normalize_key(former) in groups:
                    message = f'"{former}" in formerly of "{group.name}" means another group too'
                    raise problem(f"{message}; remove one", "groups", g, "formerly")
                groups.add(normalize_key(former))
        return self

    @model_validator(mode="after")
    def _former_names_are_nobody_elses(self) -> Self:
        if not any(member.formerly for member in self.members()):
            return self
        bearers: dict[str, list[Member]] = {}
        # Not `_everyone`: what is cached now would be wrong in a copy with other groups.
        for member in self.members():
            for key in (member.name, member.key, *member.formerly):
                bearers.setdefault(normalize_key(key), []).append(member)
        for g, group in enumerate(self.groups):
            for m, member in enumerate(group.members):
                for former in member.formerly:
                    others = (one for one in bearers[normalize_key(former)] if one is not member)
                    if other := next(others, None):
                        raise problem(
                            f'"{former}" in formerly of "{member.name}" also means '
                            f'"{other.name}"; remove one',
                            "groups", g, "members", m, "formerly",
                        )  # fmt: skip
        return self

    def candidates(self, key: str) -> tuple[tuple[Group, Member], ...]:
        """Everybody whom a key may mean, in any case and Unicode form.

        Logins come first, then names, so that attempts filed under a name are still found when the
        login has become known; then former logins and names.
        """
        return self._directory.find(login=key, names=[key]) or self._former.find(names=[key])

    def find(self, key: str) -> tuple[Group, Member] | None:
        """Whose key it is; None for someone not in the roster, and for a name that two share."""
        found = self.candidates(key)
        return found[0] if len(found) == 1 else None

    def the(self, key: str) -> tuple[Group, Member]:
        """Whose key it is.

        Raises:
            ConfigurationError: nobody's, with the nearest name, or that of several.
        """
        if (found := self.find(key)) is None:
            raise ConfigurationError(self.why_nobody(key))
        return found

    def keys(self, key: str) -> list[str]:
        """All keys, normalised, that this member's attempts are filed under; an unknown one's own.

        Raises:
            ConfigurationError: it is the key of several.
        """
        if not self.candidates(key):
            return [normalize_key(key)]
        found = self.the(key)
        written = {found[1].name, found[1].key, *found[1].formerly}
        return sorted(normalize_key(one) for one in written if self.find(one) == found)

    def why_nobody(self, key: str) -> str:
        """Why `find` finds nobody, and which key would do."""
        namesakes = self.candidates(key)
        if namesakes:
            logins = " or ".join(sorted(member.key for _, member in namesakes))
            return f'"{key}" is the name of {len(namesakes)} members; write the login: {logins}'
        keys = [key for _, one in self._everyone for key in (one.name, one.github) if key]
        near = did_you_mean(key, keys)
        return f'the roster has no "{key}"' + (near or "; `grader roster check` shows it")

    def find_login(self, login: str) -> tuple[Group, Member] | None:
        """The member with this GitHub login; never one who is merely called so.

        Whoever comes from GitHub must be looked up here: anybody can take a member's name as login,
        and a login that a member gave up.
        """
        found = self._directory.find(login=login)
        return found[0] if found else None

    def members(self) -> Iterator[Member]:
        """Every member, in the order of the file."""
        return (member for group in self.groups for member in group.members)

    def mentioned(self) -> dict[str, tuple[str, ...]]:
        """Group → the logins that its issue calls to, where the roster says that it does."""
        if not self.mention:
            return {}
        return {
            group.name: tuple(member.github for member in group.members if member.github)
            for group in self.groups
        }

    def fits(self, assignments: Sequence[Assignment]) -> None:
        """Check that what is said about late work concerns assignments with a due date.

        Raises:
            ConfigurationError: names the assignment and what to do.
        """
        due = {assignment.id: assignment.due_in(self.zone) for assignment in assignments}
        said = dict.fromkeys(self.policy.late, "policy: late")
        for group in self.groups:
            for member in group.members:
                said |= dict.fromkeys(member.extensions, f'extensions of "{member.name}"')
        for name, where in said.items():
            if name not in due:
                raise ConfigurationError(f"{where}: {unknown('assignment', name, due)}")
            if due[name] is None:
                raise ConfigurationError(
                    f"{where}: {name} has no due date; write `due` into its assignment.yaml"
                )

    @cached_property
    def zone(self) -> tzinfo:
        """The course's time zone."""
        return zone_named(self.timezone)

    @cached_property
    def _everyone(self) -> tuple[tuple[Group, Member], ...]:
        return tuple((group, member) for group in self.groups for member in group.members)

    @cached_property
    def _directory(self) -> Directory[tuple[Group, Member]]:
        return Directory(Known(one, one[1].github, (one[1].name,)) for one in self._everyone)

    @cached_property
    def _former(self) -> Directory[tuple[Group, Member]]:
        return Directory(Known(one, None, one[1].formerly) for one in self._everyone)


def load_roster(path: Path) -> Roster:
    """The roster in `path`.

    Raises:
        ConfigurationError: names file and line.
    """
    return read_document(path, Roster)

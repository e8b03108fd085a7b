"""Logins into groups.yaml: the text is changed in place, so that comments stay."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import yaml

from grader.course.roster import Member, Roster, load_roster, normalize_key
from grader.errors import ConfigurationError


def linked(path: Path, logins: Iterable[tuple[str, str]]) -> str:
    """The text of the roster in `path` with these pairs (name, login) written in.

    A login that was there before goes into `formerly`, so that what was filed under it stays the
    member's.

    Raises:
        ConfigurationError: a name that the roster does not know, or knows twice; a faulty file.
    """
    roster = load_roster(path)
    text = path.read_bytes().decode("utf-8-sig")
    wanted: dict[str, tuple[Member, str]] = {}
    for written, login in logins:
        member = _member(roster, written.strip(), path)
        if member.key in wanted:
            raise ConfigurationError(
                f'{path}: "{member.name}" is given two logins, {wanted[member.key][1]} and '
                f"{login}; keep one"
            )
        wanted[member.key] = member, login.strip()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None  # load_roster has found it to be a roster
    changes: list[tuple[int, int, str]] = []
    for node in _members(root):
        values = {key.value: value for key, value in node.value}
        github = values.get("github")
        known = github is not None and github.tag != "tag:yaml.org,2002:null"
        key = github.value if github is not None and known else values["name"].value.strip()
        new = wanted.get(unicodedata.normalize("NFC", key))
        if new is None:
            continue
        member, login = new
        written = _scalar(login)
        if "github" in values:
            old = values["github"]
            if former := _given_up(member, login):
                if "formerly" in values:
                    changes.append(_appended(values["formerly"], former))
                else:
                    indent = "\n" + " " * node.value[0][0].start_mark.column
                    between = ", " if node.flow_style else indent
                    written += f"{between}formerly: [{_scalar(former)}]"
            changes.append((old.start_mark.index, old.end_mark.index, written))
        elif node.flow_style:
            at = values["name"].end_mark.index
            changes.append((at, at, f", github: {written}"))
        else:
            at = values["name"].end_mark.index
            indent = " " * node.value[0][0].start_mark.column
            changes.append((at, at, f"\n{indent}github: {written}"))
    for start, end, inserted in sorted(changes, reverse=True):
        text = text[:start] + inserted + text[end:]
    return text


def _scalar(text: str) -> str:
    return yaml.safe_dump([text], default_flow_style=True, allow_unicode=True).strip()[1:-1]


def _given_up(member: Member, login: str) -> str | None:
    """The login that a member has now and will not have any more, if it is not noted already."""
    if member.github is None or normalize_key(member.github) == normalize_key(login):
        return None
    return (
        None
        if normalize_key(member.github) in map(normalize_key, member.formerly)
        else member.github
    )


def _appended(sequence: yaml.SequenceNode, text: str) -> tuple[int, int, str]:
    """The change that adds an item to a list."""
    if sequence.flow_style or not sequence.value:
        at = sequence.end_mark.index - 1
        return at, at, (", " if sequence.value else "") + _scalar(text)
    at = sequence.value[-1].end_mark.index
    return at, at, f"\n{' ' * sequence.start_mark.column}- {_scalar(text)}"


def _member(roster: Roster, written: str, path: Path) -> Member:
    """Who is meant by a name, or by the login that is to be replaced."""
    found = roster.candidates(written)
    if len(found) > 1:
        logins = " or ".join(member.key for _, member in found)
        raise ConfigurationError(
            f'{path}: "{written}" is there {len(found)} times; name the login: {logins}'
        )
    if not found:
        raise ConfigurationError(f"{path}: {roster.why_nobody(written)}")
    return found[0][1]


def _members(root: yaml.Node) -> list[yaml.MappingNode]:
    """The mapping of every member; the file has already been found to be a roster."""
    top = {key.value: value for key, value in root.value}
    groups = [{key.value: value for key, value in group.value} for group in top["groups"].value]
    return [member for group in groups for member in group["members"].value]

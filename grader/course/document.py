"""YAML files people write by hand → validated models, with errors that name file and line."""

import difflib
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from grader.errors import ConfigurationError, naming

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Quick(Composer, CParser, SafeConstructor, Resolver):
        """libyaml reads, Python composes: libyaml's own way crashes where nodes lie deep."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)


Location = tuple[str, ...]
"""Where a value stands: keys and indices from the root, all as text."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question naming the nearest of `known`, or nothing when none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """That there is no such `kind`, with the nearest of `known`, or the first 20 of them."""
    names = list(known)
    hint = did_you_mean(name, names) or f"; there are {', '.join(names[:20]) or 'none'}"
    return f'there is no {kind} "{name}"{hint}'


def problem(sentence: str, *at: str | int) -> PydanticCustomError:
    """What a validator raises: `sentence` about the value at `at`, counted from its model."""
    return PydanticCustomError("problem", "{sentence}", {"sentence": sentence, "at": at})


class Written(BaseModel):
    """Base of everything that is written in YAML: frozen, and no key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _knows_every_key(cls, data: Any) -> Any:
        if isinstance(data, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in known:
                    suggestion = did_you_mean(str(key), known)
                    raise problem(f'unknown key "{key}"{suggestion}', key)
        return data


M = TypeVar("M", bound=Written)


def read_document(path: Path, model: type[M]) -> M:
    """The file as a `model`.

    Raises:
        ConfigurationError: one sentence with the file, the line, and what is wrong there.
    """
    data, lines = read_mapping(path)
    try:
        # Strict: `"12"` is not 12 and `yes` is not 1, or a typing mistake becomes a value.
        return model.model_validate(data, strict=True)
    except ValidationError as error:
        first, *others = sorted(
            (_line(_location(details), lines), _sentence(details))
            for details in error.errors(include_url=False)
        )
        more = f" (and {len(others)} more)" if others else ""
        raise ConfigurationError(f"{path}, line {first[0]}: {first[1]}{more}") from error


def line_of(path: Path, *at: str) -> int:
    """The line on which a value of the file stands, or the nearest thing that holds it.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    return _line(at, read_mapping(path)[1])


def read_mapping(path: Path) -> tuple[dict[str, Any], dict[Location, int]]:
    """The values of a YAML file and the line of each.

    Raises:
        ConfigurationError: it cannot be read, or is no mapping; names the line.
    """
    try:
        # Some editors write a byte-order mark.
        with naming(path):
            text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{path}, line {line}: not UTF-8; save it as UTF-8") from None
    walk = _Walk(path)
    try:
        loader, root = _parsed(text)
        if root is None:
            raise ConfigurationError(f"{path} is empty")
        if not isinstance(root, yaml.MappingNode):
            walk.refuse(root, 'not a mapping; it must consist of "key: value" lines')
        return walk.value(loader, root, ()), walk.lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigurationError(f"{path}, line {line}: not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigurationError(f"{path}, line {line}: not YAML: {error.reason}") from error
    except RecursionError:
        raise ConfigurationError(f"{path} is nested too deeply") from None


def _parsed(text: str) -> tuple[SafeConstructor, yaml.Node | None]:
    """The document's root, and what makes values of its nodes."""
    if yaml.__with_libyaml__:
        quick = _Quick(text)
        # What libyaml refuses, the other says better.
        with suppress(yaml.YAMLError):
            return quick, quick.get_single_node()
    loader = yaml.SafeLoader(text)
    return loader, loader.get_single_node()


class _Walk:
    """YAML nodes → dicts, tuples and scalars, noting the line of each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Location, int] = {}
        self._seen: set[int] = set()

    def refuse(self, node: yaml.Node, sentence: str) -> NoReturn:
        raise ConfigurationError(f"{self.path}, line {node.start_mark.line + 1}: {sentence}")

    def value(self, loader: SafeConstructor, node: yaml.Node, at: Location) -> Any:
        self.lines.setdefault(at, node.start_mark.line + 1)
        if id(node) in self._seen:
            # Repeating a node may make an endless or an exploding document.
            self.refuse(node, "anchors and aliases (& and *) are not allowed; write it out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self._mapping(loader, node, at)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            items = enumerate(node.value)
            return tuple(self.value(loader, item, (*at, str(i))) for i, item in items)
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(node, f"the tag {node.tag} is not allowed")
        return self._scalar(loader, node)

    def _mapping(
        self, loader: SafeConstructor, node: yaml.MappingNode, at: Location
    ) -> dict[str | int, Any]:
        found: dict[str | int, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(loader, key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str | int) or isinstance(key, bool):
                self.refuse(key_node, "a key must be text; put it in quotes")
            if key in found:
                first = self.lines[(*at, str(key))]
                self.refuse(key_node, f'"{key}" is here a second time; the first is line {first}')
            self.lines[(*at, str(key))] = key_node.start_mark.line + 1
            found[key] = self.value(loader, value_node, (*at, str(key)))
        return found

    def _scalar(self, loader: SafeConstructor, node: yaml.ScalarNode) -> Any:
        try:
            return loader.construct_object(node)
        except ValueError:
            # A date such as 2026-13-45 is text; whoever reads a date there says what is wrong.
            return node.value


def _location(details: ErrorDetails) -> tuple[str | int, ...]:
    at: tuple[str | int, ...] = details.get("ctx", {}).get("at", ())
    return (*details["loc"], *at)


def _line(location: tuple[str | int, ...], lines: dict[Location, int]) -> int:
    """The line of a value, or of the nearest thing that holds it."""
    path = tuple(str(part) for part in location)
    return next(lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines)


def _sentence(details: ErrorDetails) -> str:
    """What pydantic found, in words for the person who wrote the file."""
    kind, message = details["type"], details["msg"]
    if kind == "problem":
        return message
    names = [part for part in details["loc"] if part != "[key]"]
    if kind == "missing":
        return f'"{names[-1]}" is missing'
    subject = f'"{names[-1]}"' if names else "the file"
    if names and isinstance(names[-1], int):
        holder = next((part for part in reversed(names) if isinstance(part, str)), "the list")
        subject = f'item {names[-1] + 1} of "{holder}"'
    # The models hold tuples; the file holds lists.
    message = re.sub(r"^(Input|String|Value error,) ", "", message).replace("valid tuple", "list")
    return f"{subject} {message}" + ("; put it in quotes" if kind == "string_type" else "")
